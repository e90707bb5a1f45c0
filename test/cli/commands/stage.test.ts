import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { main } from '../../../src/cli/main.ts'
import { CLI } from '../../support/command-line.ts'
import { temporaryFolder, writeFiles } from '../../support/files.ts'

let root: string

const write = (path: string, text: string) => writeFiles(root, { [path]: text })

async function run(...argv: string[]) {
  let [out, err] = ['', '']
  const exit = await main(argv, {
    env: { PATH: process.env.PATH, SECRET_OF_THIS_MACHINE: 'x', HTTPS_PROXY: 'http://proxy:3128' },
    cwd: root,
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    isTerminal: false,
  })
  return { exit, out, err }
}

beforeEach(() => {
  root = temporaryFolder()
  write('app/run', '#!/bin/sh\n')
  write('final/bin/finalize', '#!/bin/sh\necho finalizing\n')
  write('final/bin/release', '#!/bin/sh\necho "default_process_types: {web: ./run}"\n')
  write('first/bin/supply', '#!/bin/sh\necho supplying $4\n')
})

describe('stage', () => {
  test('stages through the buildpacks in order and reports the result', async () => {
    const { exit, out } = await run('stage', 'app', '-b', 'first', '-b', 'final', '-o', 'out')
    expect(out).toMatch(/^supplying 0\nfinalizing\nout\/droplet.tgz: \d+ bytes\n {2}process web: \.\/run\n$/)
    expect(exit).toBe(0)
    const elsewhere = join(root, '..', `${basename(root)}-out`)
    const outside = await run('stage', 'app', '-b', 'first', '-b', 'final', '-o', elsewhere)
    rmSync(elsewhere, { recursive: true })
    expect(outside.out).toContain(`\n${elsewhere}/droplet.tgz: `)
    const result = JSON.parse(readFileSync(join(root, 'out/result.json'), 'utf8'))
    expect(result.lifecycle_metadata.buildpacks).toEqual([
      { key: 'first', name: '' },
      { key: 'final', name: '' },
    ])
  })

  test('a droplet that cannot be written whole, as on a full disk, is an error, and the earlier one remains', async () => {
    write('out/droplet.tgz', 'of an earlier staging')
    symlinkSync('/dev/full', join(root, `out/droplet.tgz.${process.pid}.part`))
    const { exit, out, err } = await run('stage', 'app', '-b', 'final', '-o', 'out')
    expect(out).toBe('finalizing\n')
    expect(err).toBe(
      `error: cannot write ${root}/out/droplet.tgz.${process.pid}.part: no space left on device\n`,
    )
    expect(exit).toBe(1)
    expect(readdirSync(join(root, 'out'))).toEqual(['droplet.tgz'])
    expect(readFileSync(join(root, 'out/droplet.tgz'), 'utf8')).toBe('of an earlier staging')
  })

  test('a buildpack cannot have any URL', async () => {
    const { err } = await run('stage', 'app', '-b', 'ftp://user:secret@x.example/b.zip')
    expect(err).toBe('error: -b ftp://x.example/b.zip: use an https URL, a directory or a zip\n')
  })

  test('gives JSON on standard output, what buildpacks print on standard error', async () => {
    const { out, err } = await run('stage', 'app', '-b', 'final', '-o', 'out', '--json')
    expect(JSON.parse(out)).toMatchObject({ exit: 0, result: { process_types: { web: './run' } } })
    expect(err).toBe('finalizing\n')
  })

  test('passes bytes on that are no UTF-8 as the platform does', async () => {
    write('final/bin/finalize', "#!/bin/sh\nprintf 'a\\377\\n\\303'\nprintf '\\251' >&2\n")
    const [out, err]: [Buffer[], Buffer[]] = [[], []]
    await main(['stage', 'app', '-b', 'final', '--json'], {
      env: { PATH: process.env.PATH },
      cwd: root,
      out: (text) => void out.push(Buffer.from(text)),
      err: (text) => void err.push(Buffer.from(text)),
      isTerminal: false,
    })
    expect(JSON.parse(Buffer.concat(out).toString()).exit).toBe(0)
    expect([...Buffer.concat(err)].sort((a, b) => a - b)).toEqual([0x0a, 0x61, 0xa9, 0xc3, 0xff])
  })

  test('hands the named environment on and nothing of this machine but PATH and the proxies', async () => {
    write(
      'final/bin/finalize',
      '#!/bin/sh\nenv | cut -d= -f1 | sort | tr "\\n" " "; echo; echo $MEMORY_LIMIT $A\n',
    )
    const { out } = await run('stage', 'app', '-b', 'final', '--env', 'A=1 2')
    const [names, values] = out.split('\n')
    expect(names?.split(' ').filter((name) => !['', '_', 'PWD', 'SHLVL', 'OLDPWD'].includes(name))).toEqual(
      'A CF_STACK HOME HTTPS_PROXY LANG MEMORY_LIMIT PATH USER VCAP_APPLICATION VCAP_SERVICES'.split(' '),
    )
    expect(values).toBe('1024m 1 2')
  })

  test("gives the droplet the modes of the platform's umask, its own file those of the user's", async () => {
    write('app/folder/file', 'x')
    write(
      'final/bin/finalize',
      '#!/bin/sh\nmkdir $1/made $3/$4/made && echo x > $1/made/file && echo x > $5/made.sh && umask\n',
    )
    const staged = async (umask: number) => {
      const before = process.umask(umask)
      try {
        const { out } = await run('stage', 'app', '-b', 'final', '-o', `out ${umask}`)
        expect([out.split('\n')[0], process.umask()]).toEqual(['0022', umask])
      } finally {
        process.umask(before)
      }
      const droplet = join(root, `out ${umask}`, 'droplet.tgz')
      const listed = execFileSync('tar', ['-tvzf', droplet, '--sort=name'], { encoding: 'utf8' })
      const modes = listed
        .split('\n')
        .map((line) => line.split(/ +/))
        .map((fields) => [fields.at(-1), fields[0]])
      return { modes: Object.fromEntries(modes), own: statSync(droplet).mode & 0o777 }
    }
    const { modes, own } = await staged(0o022)
    expect(modes).toMatchObject({
      './app/': 'drwxr-xr-x',
      './app/made/file': '-rw-r--r--',
      './profile.d/made.sh': '-rw-r--r--',
      './staging_info.yml': '-rw-r--r--',
    })
    expect(own).toBe(0o644)
    expect(await staged(0o077)).toEqual({ modes, own: 0o600 })
    expect(await staged(0)).toEqual({ modes, own: 0o666 })
  })

  test('takes buildpacks, memory and env from the manifest', async () => {
    write(
      'app/manifest.yml',
      'applications:\n- name: demo\n  memory: 2G\n  env: {GREETING: hello}\n  buildpacks: [one, two]\n',
    )
    write('final/bin/finalize', '#!/bin/sh\necho "$MEMORY_LIMIT $GREETING $VCAP_APPLICATION"; ls $1\n')
    const { out } = await run('stage', 'app', '-f', 'app/manifest.yml', '-b', 'two=final', '-b', 'one=first')
    expect(out).toContain('supplying 0\n2048m hello {')
    expect(out).toContain('"application_name":"demo"')
    expect(out).not.toContain('manifest.yml\n')
  })

  test('takes sidecar_buildpack in the manifest for this buildpack, unless it is given', async () => {
    write('app/manifest.yml', 'applications:\n- name: demo\n  buildpacks: [sidecar_buildpack, two]\n')
    write('own/bin/supply', '#!/bin/sh\necho another one\n')
    const own = await run('stage', 'app', '-f', 'app/manifest.yml', '-b', 'two=final')
    expect(own.out + own.err).toContain('Sidecar Buildpack')
    const args = ['-b', 'two=final', '-b', 'sidecar_buildpack=own']
    expect((await run('stage', 'app', '-f', 'app/manifest.yml', ...args)).out).toContain('another one')
  })

  test('refuses a buildpack of the manifest that is not available, saying what to pass', async () => {
    write('app/manifest.yml', 'applications:\n- name: demo\n  buildpacks: [java_buildpack, sidecar]\n')
    expect(await run('stage', 'app', '-f', 'app/manifest.yml')).toEqual({
      exit: 1,
      out: '',
      err: "error: the manifest lists buildpack java_buildpack, which is not available locally; pass its directory or zip: -b 'java_buildpack=PATH'\n",
    })
  })

  test('says that a buildpack was given which the manifest does not name', async () => {
    write('app/manifest.yml', 'applications:\n- name: demo\n  buildpacks: [final]\n')
    const { exit, out, err } = await run(
      'stage',
      'app',
      '-f',
      'app/manifest.yml',
      '-b',
      'final=final',
      '-b',
      'first=first',
    )
    expect([exit, err]).toEqual([
      0,
      'warning: the manifest does not list buildpack first, so -b first=… is not used\n',
    ])
    expect(out).not.toContain('supplying')
  })

  test('ends with 1 and names the status of a staging that fails, which leaves the earlier droplet and its result', async () => {
    await run('stage', 'app', '-b', 'final', '-o', 'out')
    const files = () => ['droplet.tgz', 'result.json'].map((each) => readFileSync(join(root, 'out', each)))
    const before = files()
    write('final/bin/finalize', '#!/bin/sh\nexit 7\n')
    const { exit, out, err } = await run('stage', 'app', '-b', 'final', '-o', 'out')
    expect(exit).toBe(1)
    expect(out).toBe('Staging failed with status 223, as it would on Cloud Foundry.\n')
    expect(err).toBe('Failed to compile droplet: Failed to run finalize script: exit status 7\n')
    expect(files()).toEqual(before)
    expect(readdirSync(join(root, 'out')).sort()).toEqual(['droplet.tgz', 'result.json'])
    await run('stage', 'app', '-b', 'final', '-o', 'new')
    expect(readdirSync(join(root, 'new'))).toEqual(['result.json'])
  })

  test('leaves the earlier droplet and its result when it is cancelled', async () => {
    await run('stage', 'app', '-b', 'final', '-o', 'out')
    const files = () => readdirSync(join(root, 'out')).sort()
    write('final/bin/finalize', '#!/bin/sh\necho finalizing\nexec sleep 9\n')
    const child = spawn(
      process.execPath,
      [CLI, 'stage', 'app', '-b', 'final', '-o', 'out', '--no-container'],
      {
        cwd: root,
      },
    )
    await once(child.stdout, 'data')
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([null, 'SIGINT'])
    expect(files()).toEqual(['droplet.tgz', 'result.json'])
  })

  test('leaves a droplet and its result when several stage into the same directory at once', async () => {
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, [CLI, 'stage', 'app', '-b', 'final', '-o', 'out', '--no-container'], {
        cwd: root,
      }),
    )
    const ends = await Promise.all(children.map((each) => once(each, 'exit')))
    expect(ends).toEqual(children.map(() => [0, null]))
    expect(readdirSync(join(root, 'out')).sort()).toEqual(['droplet.tgz', 'result.json'])
  })

  test('stages sidecars when this buildpack is detected among several, as it does on the platform', async () => {
    write('app/sidecars.yml', 'sidecars:\n- {name: helper, command: sleep 9}\nprocesses: {web: ./run}\n')
    write('first/bin/detect', '#!/bin/sh\nexit 1\n')
    const { exit, out, err } = await run(
      ...['stage', 'app', '--detect', '-b', 'first', '-b', 'sidecar', '-b', 'final', '-o', 'out'],
    )
    expect(exit, err).toBe(0)
    expect(out).toContain('sidecar helper (web): sleep 9')
  })

  test('keeps the cache between stagings when it is given one', async () => {
    write('final/bin/finalize', '#!/bin/sh\necho x >> $2/kept; wc -l < $2/kept\n')
    await run('stage', 'app', '-b', 'final', '--cache', 'cache')
    expect((await run('stage', 'app', '-b', 'final', '--cache', 'cache')).out).toMatch(/^2\n/)
  })

  test('does not write its output between the files of the app', async () => {
    write('app/result.json', 'of the app')
    symlinkSync('app', join(root, 'link'))
    for (const output of ['app', 'link/']) {
      const { exit, err } = await run('stage', 'app', '-b', 'final', '-o', output)
      expect(exit).toBe(1)
      expect(err).toMatch(
        /^error: cannot write the droplet to .*, the directory of the app; use another directory$/m,
      )
    }
    expect(readFileSync(join(root, 'app/result.json'), 'utf8')).toBe('of the app')
  })

  test('says how to package a directory of sidecars that is given as a buildpack', async () => {
    write("maker's/sidecars.yml", 'sidecars: []\n')
    const { exit, err } = await run('stage', 'app', '-b', "maker's")
    expect(exit).toBe(1)
    expect(err).toMatch(
      /maker's is not packaged yet; pass the zip .*: sidecar-buildpack package --sidecars '.*maker'\\''s'$/m,
    )
  })

  test.each([
    [['stage', '.', '-p', '.'], 1, /pass either \. or -p \., not both/],
    [['stage', 'nowhere'], 1, /nowhere not found/],
    [
      ['stage', 'app', '-b', 'nowhere'],
      1,
      /^error: -b: buildpack \/.*nowhere not found; pass its directory, zip or URL\n$/,
    ],
    [['stage', 'app', '--env', 'A'], 2, /Use NAME=VALUE/],
    [
      ['stage', 'app', '-o', '/proc/out'],
      1,
      /^error: cannot create the directory \/proc\/out: no such file or directory; use another directory: -o DIR$/m,
    ],
    [
      ['stage', 'app', '--cache', '/proc/cache'],
      1,
      /^error: cannot create the directory \/proc\/cache: no such file or directory; use another directory: --cache DIR$/m,
    ],
    [['stage', 'app', '-o', 'final/bin/finalize'], 1, /finalize is not a directory$/m],
  ] as const)('%j ends with %d', async (argv, exit, message) => {
    const done = await run(...argv)
    expect(done.exit).toBe(exit)
    expect(done.err).toMatch(message)
  })
})
