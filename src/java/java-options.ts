/** Options in `java.options` (and after an agent's path): what cannot arrive, or would keep the JVM from starting. */

import type { Template } from '../config/sidecar.ts'
import { regionOptions } from './calculators/regions.ts'
import { parseCalculatorSize } from './calculators/size.ts'

export interface OptionFault {
  readonly what: string
  readonly instead: string
}

/** `-Xms`, `-Xmn` are sizes too, though the calculator does not plan them. */
const SIZES = [...regionOptions.map(([, option]) => option), '-Xms', '-Xmn', '-XX:MetaspaceSize=']
/** They choose what is run: that is the buildpack's. */
const LAUNCHING =
  /^(-jar|-cp|-classpath|--class-path(=.*)?|-m|--module(=.*)?|-version|--version|-help|-\?|-h)$/

/** @param template one option, as `java.options` lists it; what its variables bring is not known */
export function optionFault(template: Template): OptionFault | undefined {
  const unfit = textFault(template)
  if (unfit) return unfit
  if (typeof template[0] !== 'string') return undefined
  const option = templateText(template)
  if (!option.startsWith('-')) {
    return {
      what: 'this is no JVM option: the JVM would take it for the main class',
      instead: 'write options that begin with -, each as an entry of its own',
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
      what: `${shown(option)} has no size that the JVM takes`,
      instead: `write ${size}256m, for example`,
    }
  }
  return undefined
}

/** What neither Java buildpack brings through. */
export function textFault(template: Template): OptionFault | undefined {
  return template.some((part) => typeof part === 'string' && /[\n\r\0]/.test(part))
    ? { what: 'a line break in a JVM option does not reach the JVM', instead: 'write it in one line' }
    : undefined
}

function isSize(text: string): boolean {
  return /^\d/.test(text) && typeof parseCalculatorSize(text) === 'bigint' && text === text.trim()
}

/** An option's name: its value may be a secret. */
const shown = (option: string) => (/^-D|=/.test(option) ? `${option.split('=')[0]}=…` : option)

/** As it was written, for messages. */
export const templateText = (template: Template): string =>
  template.map((part) => (typeof part === 'string' ? part : `$${part.variable}`)).join('')

/** The option, when it is known before the start: undefined when it has variables. */
export function knownOption(template: Template): string | undefined {
  return template.every((part) => typeof part === 'string') ? template.join('') : undefined
}
