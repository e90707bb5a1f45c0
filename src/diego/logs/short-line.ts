/** The short log format for a terminal: `web | text`. The platform's own lines are shortened to a word or omitted. */
import { isRestartNotice, waitNotice } from '../../droplet/notices.ts'
import { visibleLine } from '../../problems/visible.ts'
import type { InstanceSpec } from '../instance-spec.ts'
import { SHORT_FORMS } from '../messages.ts'
import { rolesOf } from '../roles.ts'
import {
  clockTime,
  DIM,
  hues,
  isOfApp,
  joined,
  type LogMessages,
  linesOf,
  RED,
  RESET,
  visibleTexts,
} from './log-line.ts'
import type { MessageText } from './message-splitter.ts'

/** Columns of the names; lines with a longer name are shifted to the right. */
const LONGEST_NAME = 24

/**
 * @param times whether each line starts with its time
 * @param specs every instance of the run: if there are several, lines show the instance
 * @returns whole lines, including the newline; empty for omitted lines
 */
export function shortLineFormatter(
  { coloured, times = false }: { readonly coloured: boolean; readonly times?: boolean },
  specs: readonly InstanceSpec[],
): (messages: LogMessages) => string | Buffer {
  const hueOf = hues()
  const nameOf = namer(specs)
  const names = specs.flatMap((spec) => rolesOf(spec).map(({ source }) => nameOf({ ...spec, source })))
  const longest = Math.max(4, ...names.map(({ length }) => length))
  const width = Math.min(LONGEST_NAME, longest)
  return (messages) => {
    const { stream } = messages
    const texts = isOfApp(messages)
      ? messages.texts.filter(isTold)
      : visibleTexts(messages).flatMap(shortForm)
    if (texts.length === 0) return ''
    const name = nameOf(messages)
    const prefix = `${name.padEnd(width)} |`
    const time = times ? `${clockTime(messages.time)} ` : ''
    if (!coloured) return linesOf(`${time}${prefix} `, texts, '\n')
    if (!isOfApp(messages)) return linesOf(`${DIM}${time}${prefix} `, texts, `${RESET}\n`)
    const inHue = `${time && DIM + time + RESET}${hueOf(name)}${prefix}${RESET} `
    if (stream === 'OUT') return linesOf(inHue, texts, '\n')
    return joined(texts.flatMap((text) => [inHue, isNotice(text) ? DIM : RED, text, `${RESET}\n`]))
  }
}

/** `web`, `config-server`, `cell`; with several process types `worker:config-server`, with several instances `web/0`. */
function namer(
  specs: readonly InstanceSpec[],
): (from: Pick<LogMessages, 'source' | 'processType' | 'index'>) => string {
  const types = new Set(specs.map(({ processType }) => processType))
  const isSeveral = specs.length > types.size
  const own = new Map(
    specs.flatMap((spec) =>
      rolesOf(spec).map(({ source, name, kind }) => {
        return [source, kind === 'app' ? name : ofType(spec.processType, name)] as const
      }),
    ),
  )
  function ofType(processType: string, name: string): string {
    return types.size > 1 ? `${processType}:${name}` : name
  }
  return ({ source, processType, index }) => {
    const name = visibleLine(own.get(source) ?? ofType(processType, source.toLowerCase()))
    return isSeveral ? `${name}/${index}` : name
  }
}

/** Omits the launcher's lines, which are the same for every process. */
function isTold(text: MessageText): boolean {
  return text !== 'Invoking pre-start scripts.' && text !== 'Invoking start command.'
}

/** Successful starts and requested restarts are not errors. */
function isNotice(text: MessageText): boolean {
  return typeof text === 'string' && (waitNotice(text) !== undefined || isRestartNotice(text))
}

function shortForm(text: MessageText): readonly MessageText[] {
  for (const [pattern, short] of SHORT_FORMS) {
    const match = typeof text === 'string' ? pattern.exec(text) : null
    if (match) return short === '' ? [] : [short.replace('$1', match[1] ?? '')]
  }
  return [text]
}
