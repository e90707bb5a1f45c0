import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CLI } from '../support/command-line.ts'
import { temporaryFolder } from '../support/files.ts'

const app = temporaryFolder()
writeFileSync(
  join(app, 'sidecars.yml'),
  'sidecars: [{name: apm, command: run, when: {service: my-apm}}]\nprocesses: {web: run}\n',
)
const SERVICES = '{"user-provided": [{"name": "my-apm", "credentials": {}}]}'

/** Runs a line of bash in which `$validate` is the command. */
function bash(line: string): string {
  return execFileSync(
    'bash',
    ['-c', `validate="${process.execPath} ${CLI} validate ."; { ${line}; } 2>&1; true`],
    {
      cwd: app,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      timeout: 20_000,
      env: { PATH: process.env.PATH, SERVICES },
    },
  )
}

describe('a file on the command line', () => {
  const withFile = () => {
    writeFileSync(join(app, 'services.json'), SERVICES)
    return bash('$validate --services services.json')
  }

  it.each([
    ['the output of a command', '$validate --services <(echo "$SERVICES")'],
    ['standard input, a pipe', 'echo "$SERVICES" | $validate --services /dev/stdin'],
    ['standard input, a file', '$validate --services /dev/stdin <<< "$SERVICES"'],
  ])('may be %s', (_, line) => {
    expect(bash(line)).toBe(withFile())
  })

  it('is read up to a limit', () => {
    expect(bash('$validate --services /dev/stdin < /dev/zero')).toBe(
      'error: --services: /dev/stdin has more than 16777216 bytes\n',
    )
  })

  it('is refused when it is a named pipe, which may never have a writer', () => {
    execFileSync('mkfifo', [join(app, 'pipe')])
    expect(bash('$validate --services pipe')).toBe(
      'error: --services: pipe is a named pipe (fifo), expected a file\n',
    )
  })

  it('is named when its descriptor cannot be read', () => {
    expect(bash('$validate --services /dev/fd/77')).toMatch(
      /^error: --services: \/dev\/fd\/77 cannot be read: EBADF/,
    )
    expect(bash('$validate --services /dev/stdin < .')).toBe(
      'error: --services: /dev/stdin is a directory, expected a file\n',
    )
  })
})
