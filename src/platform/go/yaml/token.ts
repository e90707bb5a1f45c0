import type { Mark } from './cursor.ts'
import type { Directive, WrittenTag } from './scan-properties.ts'

/** A token of the YAML 1.1 scanner for the parser. `mark` is its start. */
export type Token = { readonly mark: Mark } & TokenContent

export type TokenContent =
  | { readonly kind: Structure }
  | { readonly kind: 'directive'; readonly directive: Directive }
  | { readonly kind: 'anchor' | 'alias'; readonly name: string }
  | { readonly kind: 'tag'; readonly tag: WrittenTag }
  | { readonly kind: 'scalar'; readonly text: string; readonly plain: boolean }

/** `key` and `value` precede the two sides of a mapping's entry, whether written (`?`, `:`) or not. */
export type Structure =
  | 'end of stream'
  | '---'
  | '...'
  | 'block sequence'
  | 'block mapping'
  | 'end of block'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | '-'
  | 'key'
  | 'value'
