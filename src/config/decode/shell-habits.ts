/** What a shell would expand and nothing does here: a warning, for the value is used as it is written. */
import type { Decoder } from './decoder.ts'

const HABITS: readonly (readonly [RegExp, string])[] = [
  [/\$\(/, '$(…)'],
  [/`/, 'backquotes'],
  [/\$\{[A-Za-z_]\w*:?[-+=?]/, '${NAME:-default}'],
  [/^~(?:\/|$)|[=:]~\//, '~/'],
  [/\{\{[^{}]*\}\}/, '{{…}}'],
]

/** The value is not quoted: it may be secret. `$$` stands for a dollar and is no habit. */
export function warnOfShellHabits<T>(decoder: Decoder<T>): Decoder<T> {
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
