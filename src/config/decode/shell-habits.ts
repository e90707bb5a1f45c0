/** Warns about syntax that only a shell would expand: the value is used as written. */
import type { Decoder } from './decoder.ts'

const HABITS: readonly (readonly [RegExp, string])[] = [
  [/\$\(/, '$(…)'],
  [/`/, 'backquotes'],
  [/\$\{[A-Za-z_]\w*:?[-+=?]/, '${NAME:-default}'],
  [/^~(?:\/|$)|[=:]~\//, '~/'],
  [/\{\{[^{}]*\}\}/, '{{…}}'],
]

/** Does not quote the value, which may be secret. `$$` is a dollar and allowed. */
export function warnAboutShellSyntax<T>(decoder: Decoder<T>): Decoder<T> {
  return {
    ...decoder,
    read: (node, name, problems) => {
      const value = decoder.read(node, name, problems)
      if (node.kind !== 'scalar' || value === undefined) return value
      const written = node.text.replaceAll('$$', '')
      const habits = HABITS.filter(([habit]) => habit.test(written)).map(([, shown]) => shown)
      if (habits.length > 0) {
        const what = `${name} contains ${habits.join(' and ')}, which is not expanded here`
        problems.warning(node.place, what, 'use $NAME or ${NAME}, or a command, which a shell runs')
      }
      return value
    },
  }
}
