import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readRecords, recordsFolder, writeRecord } from '../../src/diego/records.ts'
import { processStat } from '../../src/system/proc.ts'
import { temporaryFolder } from '../support/files.ts'

const root = temporaryFolder()
writeFileSync(join(root, 'file'), '')

describe('the directory of the records', () => {
  test("is below XDG_RUNTIME_DIR and the user's alone", () => {
    const runtime = join(root, 'runtime')
    mkdirSync(runtime)
    const folder = recordsFolder({ XDG_RUNTIME_DIR: runtime }, root)
    expect(folder).toBe(join(runtime, 'sidecar-buildpack'))
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  test.each([
    ['without that variable', {}],
    ['when it names what is not there', { XDG_RUNTIME_DIR: join(root, 'gone') }],
    ['when it names what is no folder', { XDG_RUNTIME_DIR: join(root, 'file') }],
  ])('is among the temporary files %s', (_, env) => {
    expect(recordsFolder(env, root)).toBe(join(root, `sidecar-buildpack-${process.getuid?.()}`))
  })
})

describe('reading records', () => {
  const runner = { pid: process.pid, startTime: processStat(process.pid)?.startTime ?? 0 }
  const record = {
    ...{
      runner,
      app: 'a',
      processType: 'web',
      index: 0,
      control: '/none',
      port: 8080,
      state: 'running' as const,
      crashes: 0,
    },
    instance: {
      ...{ guid: 'g', home: '/h', memory: { limit: 64, by: 'watched' as const } },
      processes: [{ name: 'web', kind: 'app' as const, command: 'x', pid: 1 }],
    },
  }

  test('ignores what is no record of this version, and removes files and links', () => {
    const folder = join(root, 'records')
    writeRecord(join(folder, '7.0.json'), record)
    const { instance, ...waiting } = record
    writeRecord(join(folder, '8.0.json'), { ...waiting, state: 'crashed' })
    const shapes = [
      ...['', '{', '{}', 'null', '1', '[]', '{"runner": null}'],
      ...[record, { ...record, form: 0 }].map((each) => JSON.stringify(each)),
    ]
    for (const [index, text] of shapes.entries()) writeFileSync(join(folder, `${100 + index}.0.json`), text)
    mkdirSync(join(folder, '98.0.json'))
    symlinkSync('/dev/zero', join(folder, '99.0.json'))
    writeFileSync(join(folder, 'other.json'), '{}')
    const ended = { ...record, runner: { pid: 4_194_303, startTime: 1 } }
    writeRecord(join(folder, '4194303.0.json'), ended)
    writeFileSync(join(folder, '4194303.sock'), '')
    expect(readRecords(folder)).toEqual([record, { ...waiting, state: 'crashed' }])
    expect(readdirSync(folder).sort()).toEqual(['7.0.json', '8.0.json', '98.0.json', 'other.json'])
  })
})
