/**
 * One definition per key: how it is read from a YAML node, and its JSON Schema.
 *
 * Why not a schema library: they check JavaScript values, in which `version: 1.10` is 1.1 and places are lost
 * (ARCHITECTURE.md, "Reading sidecars.yml").
 */
import type { Place, Problems } from '../../problems/problems.ts'
import { describeNode, type YamlNode } from '../yaml/nodes.ts'

export type JsonSchema = { readonly [key: string]: unknown }

export interface Decoder<T> {
  /** The value, or undefined if a problem was reported. `name` is its name in messages: `memory`, `env.LOG_LEVEL`. */
  readonly read: (node: YamlNode, name: string, problems: Problems) => T | undefined
  readonly schema: JsonSchema
}

/** A value with its place. */
interface Placed<T> {
  readonly value: T
  readonly place: Place
}

export function placed<T>(decoder: Decoder<T>): Decoder<Placed<T>> {
  return refine(decoder, (value, _report, place) => ({ value, place }))
}

/** Processes the value further: another rule, or another type. `schema` extends the schema. */
export function refine<A, B>(
  decoder: Decoder<A>,
  next: (value: A, report: (what: string, instead?: string) => undefined, place: Place) => B | undefined,
  schema: JsonSchema = {},
): Decoder<B> {
  return {
    schema: { ...decoder.schema, ...schema },
    read: (node, name, problems) => {
      const value = decoder.read(node, name, problems)
      if (value === undefined) return undefined
      const report = (what: string, instead?: string): undefined => {
        problems.error(node.place, `${name} ${what}`, instead)
      }
      return next(value, report, node.place)
    },
  }
}

export function described<T>(decoder: Decoder<T>, description: string): Decoder<T> {
  return { ...decoder, schema: { ...decoder.schema, description } }
}

/** Reports that `name` has an unexpected type of value. */
export function wants(
  node: YamlNode,
  name: string,
  wanted: string,
  problems: Problems,
  instead?: string,
): undefined {
  problems.error(node.place, `${name} must be ${wanted}, got ${describeNode(node)}`, instead)
}
