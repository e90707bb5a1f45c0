/** Checks options in `java.options` (and of agents): those that cannot reach the JVM, or would prevent its start. */

import type { Template } from '../config/sidecar.ts'
import { regionOptions } from './calculators/regions.ts'
import { parseCalculatorSize } from './calculators/size.ts'

interface OptionFault {
  readonly what: string
  readonly instead: string
}

/** `-Xms` and `-Xmn` are sizes too, although the calculator does not plan them. */
const SIZES = [...regionOptions.map(([, option]) => option), '-Xms', '-Xmn', '-XX:MetaspaceSize=']
/** These options choose what the JVM runs, which is up to the buildpack. */
const LAUNCHING =
  /^(-jar|-cp|-classpath|--class-path(=.*)?|-m|--module(=.*)?|-version|--version|-help|-\?|-h)$/

/** @param template one option of `java.options`; the values of its variables are unknown */
export function optionFault(template: Template): OptionFault | undefined {
  const unfit = textFault(template)
  if (unfit) return unfit
  if (typeof template[0] !== 'string') return undefined
  const option = templateText(template)
  if (!option.startsWith('-')) {
    return {
      what: 'this is not a JVM option: the JVM would treat it as the main class',
      instead: 'write options that begin with -, each as a separate entry',
    }
  }
  if (LAUNCHING.test(option)) {
    return {
      what: `${option} changes what the app's JVM runs`,
      instead: 'remove it; put jars under java.libraries',
    }
  }
  const size = SIZES.find((each) => option.startsWith(each))
  if (size && knownOption(template) !== undefined && !isSize(option.slice(size.length))) {
    return {
      what: `${shown(option)} has no valid size`,
      instead: `use for example ${size}256m`,
    }
  }
  return undefined
}

/** Reports line breaks, which neither Java buildpack supports. */
export function textFault(template: Template): OptionFault | undefined {
  return template.some((part) => typeof part === 'string' && /[\n\r\0]/.test(part))
    ? { what: 'a JVM option must not contain a line break', instead: 'write it on one line' }
    : undefined
}

function isSize(text: string): boolean {
  return typeof parseCalculatorSize(text) === 'bigint'
}

/** Only the name of an option, because its value may be secret. */
const shown = (option: string) => (option.includes('=') ? `${option.split('=')[0]}=…` : option)

/** The option as written, for messages. */
export const templateText = (template: Template): string =>
  template.map((part) => (typeof part === 'string' ? part : `$${part.variable}`)).join('')

/** The option, if it is known before the start; undefined if it contains variables. */
export function knownOption(template: Template): string | undefined {
  return template.every((part) => typeof part === 'string') ? template.join('') : undefined
}
