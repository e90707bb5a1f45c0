import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { fixedRegions } from '../../src/java/calculators/regions.ts'
import { quoteJavaOption, quoteToolOption } from '../../src/java/option-quoting.ts'

const words = [
  '-Dplain=on',
  '-Dblank=a b',
  '-Dblanks=a  b   c ',
  '-Dquotes=it\'s "so"',
  '-Ddollar=$HOME ${HOME} $(id) $',
  '-Dglob=* ? [a] {a,b} ~',
  '-Dback=\\ \\\\ \\$HOME a\\',
  '-Dshell=a;b|c&d<e>f#g!h`i`(j)^',
  '-Dunicode=Grüße 漢字 🎉',
  '-Dtab=a\tb\t',
  '-Dsize= -Xmx9g -Xss1m',
  '-Dwide=a\\\u3000',
  '-javaagent:/home/vcap/deps/0/a b\'s "agent".jar=service=demo,x=1',
  '',
]
const text = words.map(quoteJavaOption).join(' ')

describe('an option quoted for JAVA_OPTS', () => {
  it.each(['C', 'C.UTF-8'])(
    'is the same word again behind eval, as Java buildpack 4.x reads it (%s)',
    (locale) => {
      const script = `JAVA_OPTS="-a $JAVA_OPTS -b" && eval "printf '%s\\\\0' $JAVA_OPTS"`
      const read = execFileSync('bash', ['-c', script], {
        env: { JAVA_OPTS: text, LC_ALL: locale },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      expect(read.toString().split('\0').slice(0, -1)).toEqual(['-a', ...words, '-b'])
    },
  )

  it('is the same word again behind the splitter of Java buildpack 5.x', () => {
    expect(fiveWords(text)).toEqual(words)
    for (const word of words) expect(fiveWords(quoteJavaOption(word))).toEqual([word])
  })

  it('is the same word again behind Tomcat under Java buildpack 5.x, which expands it and then evaluates it', () => {
    const read = execFileSync('bash', ['-c', `eval "printf '%s\\\\0' $JAVA_OPTS"`], {
      env: { JAVA_OPTS: fiveExpands(text), LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    expect(read.toString().split('\0').slice(0, -1)).toEqual(words)
  })

  it('keeps sizes readable for the memory calculator, and shows it none that are part of another option', () => {
    expect(quoteJavaOption('-XX:MaxMetaspaceSize=128m')).toBe('-XX:MaxMetaspaceSize=128m')
    expect(quoteJavaOption('-XX:+UseG1GC')).toBe('-XX:+UseG1GC')
    expect(fixedRegions(quoteJavaOption('-Dx=a -Xmx9g -Xss5m'))).toEqual({})
  })
})

/** What HotSpot makes of JAVA_TOOL_OPTIONS: quotes of either kind hold together, and go. */
function toolWords(given: string): string[] {
  const found = given.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []
  return found.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'))
}

describe('an option quoted for JAVA_TOOL_OPTIONS', () => {
  it('is the same word again behind the splitter of HotSpot', () => {
    const some = words.filter((each) => each !== '')
    expect(toolWords(some.map(quoteToolOption).join(' '))).toEqual(some)
    expect(quoteToolOption('-Dplain=$HOME/*')).toBe('-Dplain=$HOME/*')
  })
})

/** What 5.x makes of an exported JAVA_OPTS before anybody splits it: variables but for `\$` are expanded, ends cut. */
function fiveExpands(exported: string): string {
  return exported
    .replaceAll('\\$', '\u0001')
    .replace(/\$(\{\w+\}|[A-Za-z_]\w*)/g, 'EXPANDED')
    .replaceAll('\u0001', '$')
    .trim()
}

/** The words that its `javaexec` then reads. */
function fiveWords(exported: string): string[] {
  const found: string[] = []
  let word: string | undefined
  let quoting = ''
  const letters = [...fiveExpands(exported)]
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? ''
    if (quoting) {
      if (letter === quoting) quoting = ''
      else word = (word ?? '') + letter
    } else if (/[ \t\n\r\v\f]/.test(letter)) {
      if (word !== undefined) found.push(word)
      word = undefined
    } else if (letter === "'") [quoting, word] = [letter, word ?? '']
    else if (letter === '\\') word = (word ?? '') + (letters[++at] ?? '\\')
    else word = (word ?? '') + letter
  }
  return word === undefined ? found : [...found, word]
}
