/** Strings with everything that is special to a shell, and a program that prints what it was given. */
import fc from 'fast-check'

const ODD = [
  '$(touch /tmp/x)',
  '`id`',
  '${IFS}',
  '$HOME',
  '$$',
  '*',
  '?',
  '[a-z]',
  '~',
  '{a,b}',
  '--',
  '-n',
  '-e',
  '\\',
  '\\\\',
  '\\n',
  "'",
  '"',
  "''",
  '"\'"',
  ' ',
  '  ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  ';',
  '&',
  '|',
  '<',
  '>',
  '#',
  '!',
  '!!',
  '(',
  ')',
  '\x01',
  '\x7f',
  '\x1b[0m',
  '\u00a0',
  '\u2028',
  'é',
  'e\u0301',
  '😀',
  '👨‍👩‍👧',
  '\ufeff',
  '\u{10ffff}',
  '=',
  'a=b',
  '%s',
  '@name@',
  '',
]

/** Any Unicode text without NUL. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...ODD), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '')),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
)

/** Prints each argument and each variable whose name begins with VALUE_, ended by NUL. */
export const PRINT_ALL = `#!/bin/bash
printf '%s\\0' "$#" "$@"
while IFS= read -r -d '' each; do [[ $each != VALUE_* ]] || printf '%s\\0' "$each"; done < /proc/self/environ
`

/** The arguments and values that PRINT_ALL printed; values in the order of the names. */
export function printed(
  stdout: string,
  names: readonly string[],
): { args: string[]; values: (string | undefined)[] } {
  const [count = '0', ...rest] = stdout.split('\0')
  const args = rest.slice(0, Number(count))
  const variables = new Map(
    rest
      .slice(args.length)
      .map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)] as const),
  )
  return { args, values: names.map((name) => variables.get(name)) }
}
