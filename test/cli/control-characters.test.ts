import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { beforeAll, expect, it } from 'vitest'
import { writeRecord } from '../../src/diego/records.ts'
import { processStat } from '../../src/system/proc.ts'
import { CLI } from '../support/command-line.ts'
import { temporaryFolder } from '../support/files.ts'

/** Every control character and everything that turns the direction of text or ends a line; not what YAML or a name cannot hold. */
const CONTROLS = [
  ...Array.from({ length: 0x20 }, (_, code) => code).filter((code) => code !== 0),
  ...Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
  ...[
    0x2028, 0x2029, 0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068,
    0x2069,
  ],
].map((code) => String.fromCharCode(code))
const ALL = CONTROLS.join('')
/** Without the slash and NUL, any character may be in a file's name. */
const NAME = `n${ALL}n`
const RAW = /(?!\n)[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

const yaml = (text: string) =>
  JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

let root: string
beforeAll(() => {
  root = temporaryFolder()
  mkdirSync(join(root, 'app'))
  mkdirSync(join(root, 'wrong'))
  mkdirSync(join(root, NAME))
  const sidecar = `{name: ${yaml(`s${ALL}`)}, command: ${yaml(`echo ${ALL}`)}, process_types: [${yaml(`p${ALL}p`)}], env: {A: $$B}}`
  const files: Readonly<Record<string, string>> = {
    'app/sidecars.yml': `sidecars: [${sidecar}]\nprocesses: {${yaml(`p${ALL}p`)}: ${yaml(`run ${ALL}`)}, web: x}\n`,
    [`app/${NAME}`]: 'x',
    'wrong/sidecars.yml': `sidecars: [{name: a, source: {path: ${yaml(ALL)}}, ${yaml(ALL)}: x, memory: ${yaml(ALL)}}]`,
    [`${NAME}/sidecars.yml`]: 'sidecars: x',
    'names.yml': `applications: [{name: ${yaml(`a${ALL}`)}, processes: [{type: ${yaml(`p${ALL}p`)}, memory: 1G}], buildpacks: [${yaml(`b${ALL}`)}]}]`,
    tool: '#!/bin/sh\n',
  }
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text)
  const jar = new AdmZip()
  jar.addFile(
    'META-INF/MANIFEST.MF',
    Buffer.from(`Main-Class: M\r\nX: ${CONTROLS.filter((each) => !/[\r\n]/.test(each)).join('')}\r\n`),
  )
  for (const name of [`lib/${NAME}.jar`, `BOOT-INF/lib/${NAME}.jar`, 'M.class'])
    jar.addFile(name, Buffer.from('x'))
  jar.writeZip(join(root, 'app.jar'))
  const runner = { pid: process.pid, startTime: processStat(process.pid)?.startTime ?? 0 }
  writeRecord(join(root, 'run', 'sidecar-buildpack', '1.0.json'), {
    ...{
      runner,
      app: `a${ALL}`,
      processType: `p${ALL}`,
      index: 0,
      control: '/none',
      port: 1,
      state: 'running',
      crashes: 0,
    },
    instance: {
      ...{ guid: 'g', home: `/h${ALL}`, memory: { limit: 1, by: 'watched' } },
      processes: [{ name: `n${ALL}`, kind: 'sidecar', command: `c${ALL}`, exitStatus: 1 }],
    },
  })
})

it.each([
  [['validate', 'app']],
  [['validate', 'app', '--json']],
  [['validate', 'wrong']],
  [['validate', 'wrong', '--json']],
  [['validate', NAME]],
  [['validate', 'app', '-f', 'names.yml']],
  [['validate', `missing${ALL}`]],
  [[`command${ALL}`]],
  [['validate', `--option${ALL}`]],
  [['plan', 'app']],
  [['plan', 'app', '--json']],
  [['plan', 'app.jar', '--memory', '1G']],
  [['stage', 'app', '-o', 'out', '--no-container']],
  [['stage', 'app', '-o', 'out', '--no-container', '--json']],
  [['stage', 'app', '-o', 'out', '--no-container', '-f', 'names.yml']],
  [['run', 'app', '-f', 'names.yml', '--no-container', '-b', `${NAME}=${NAME}`]],
  [['run', 'app', '--process', `q${ALL}`, '--no-container']],
  [['vendor', 'wrong']],
  [['bundle', 'app.jar', '--sidecar', `tool=bin/${NAME}`, '-o', 'out.jar']],
  [['bundle', 'app.jar', '--sidecar', NAME]],
  [['package', '--sidecars', NAME]],
  [['ps']],
  [['ps', '--json']],
  [['ps', '--pid', `x${ALL}`]],
])('no control character of a name is written as it is: %j', (argv) => {
  const { stdout, stderr } = spawnSync(process.execPath, [CLI, ...argv], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, XDG_RUNTIME_DIR: join(root, 'run'), HOME: root },
    timeout: 60_000,
  })
  expect(stdout + stderr).not.toBe('')
  expect(stdout + stderr).not.toMatch(RAW)
  if (argv.includes('--json') && stdout !== '') expect(() => JSON.parse(stdout)).not.toThrow()
})

it('a line break in a name begins no line', () => {
  mkdirSync(join(root, 'forged'))
  writeFileSync(
    join(root, 'forged', 'sidecars.yml'),
    'sidecars: [{name: "a\\nFORGED", command: "x\\nFORGED", process_types: ["web", "w\\nFORGED"]}]\nprocesses: {web: "x\\nFORGED", "w\\nFORGED": x}\n',
  )
  for (const argv of [
    ['validate', 'x\nFORGED'],
    ['validate', 'x\nFORGED', '-f', 'names.yml'],
    ['validate', '-f', 'x\nFORGED'],
    ['validate', 'app', '-f', 'names.yml', '--vars-file', 'x\nFORGED'],
    ['vendor', 'x\nFORGED'],
    ['plan', 'forged'],
    ['validate', 'forged'],
    ['stage', 'forged', '-o', 'forged-out', '--no-container'],
  ]) {
    const { stdout, stderr } = spawnSync(process.execPath, [CLI, ...argv], { cwd: root, encoding: 'utf8' })
    expect(stdout + stderr, argv.join(' ')).not.toMatch(/^\W*FORGED/m)
  }
  expect(readFileSync(join(root, 'forged-out', 'result.json'), 'utf8')).toContain('a\\nFORGED')
})
