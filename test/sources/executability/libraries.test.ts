import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EnvName } from '../../../src/config/sidecar.ts'
import { libraryPlaces, type StagingDirs } from '../../../src/sources/executability/library-places.ts'
import { type ElfFile, elfFile, LOADER } from '../../support/elf-file.ts'
import { type Files, writeFiles } from '../../support/files.ts'
import { env, sidecar, text } from '../../support/shell-droplet.ts'
import { check, pathRequest, testApp } from '../../support/sources.ts'

const program = (say: ElfFile) => elfFile({ type: 3, loader: LOADER, ...say })
const library = (say: ElfFile = {}) => elfFile({ type: 3, soname: true, ...say })

interface Setting {
  readonly files: Files
  readonly sidecar?: Parameters<typeof sidecar>[1]
  readonly dirs?: Partial<StagingDirs>
  readonly deps?: Files
  readonly path?: string
  readonly stack?: string
}

/** What is said of the source `agent`, a directory with the program `run`, and the directory to be added. */
async function verdict(setting: Setting) {
  const app = testApp(setting.files)
  writeFiles(join(app.root, 'deps'), setting.deps ?? {})
  const dirs = { appDir: app.app, depsDir: join(app.root, 'deps'), earlier: [], appLibraryPath: undefined }
  const libraries = libraryPlaces(sidecar('s', setting.sidecar), { ...dirs, ...setting.dirs })
  const asked = { ...pathRequest(setting.path ?? 'agent', undefined), ...(libraries && { libraries }) }
  const context = { ...app.context, stack: setting.stack ?? 'cflinuxfs4' }
  const { said, checked } = await check({ ...app, context }, asked)
  const placed = await checked?.place(app.into)
  return { said, libraryDir: placed?.executable?.libraryDir }
}

const MISSING = 'requires shared libraries that cflinuxfs4 does not have: libown.so.1;'
const NEEDS = { 'agent/run': program({ libraries: ['libown.so.1', 'libc.so.6'] }) }

describe('shared libraries of a program', () => {
  it('are found in the stack', async () => {
    const libraries = ['libssl.so.3', 'libcrypto.so.3', 'libz.so.1', 'libstdc++.so.6', 'libm.so.6']
    for (const stack of ['cflinuxfs4', 'cflinuxfs5'])
      expect((await verdict({ files: { 'agent/run': program({ libraries }) }, stack })).said).toBe('')
  })

  it('are named with the remedy if nothing provides them', async () => {
    const libraries = ['libown.so.1', 'libz.so.1', 'libevent-2.0.so.5']
    expect(await verdict({ files: { 'agent/run': program({ libraries }) } })).toEqual({
      said:
        'warning: sidecars.yml:3:5: "agent/run" requires shared libraries that cflinuxfs4 does not have: ' +
        'libown.so.1, libevent-2.0.so.5; copy them into a directory lib beside the program, or link them statically; ' +
        'a buildpack that provides them must come before this one',
      libraryDir: undefined,
    })
  })

  it('are a note if a package whose files are unknown may contain them', async () => {
    const libraries = ['libicuuc.so.70', 'libjpeg.so.8', 'libavcodec.so.58']
    const { said } = await verdict({ files: { 'agent/run': program({ libraries }) } })
    expect(said).toMatch(
      /^note: sidecars\.yml:3:5: "agent\/run" requires shared libraries that cflinuxfs4 may not/,
    )
    expect(said).toContain(
      'libicuuc.so.70 (perhaps in libicu70), libjpeg.so.8 (perhaps in libjpeg-turbo8), libavcodec.so.58 (perhaps in libavcodec58)',
    )
  })

  it.each<[string, string]>([
    ['$ORIGIN', 'agent/libown.so.1'],
    ['${ORIGIN}/./private', 'agent/private/libown.so.1'],
    ['/opt/x:$ORIGIN/private', 'agent/private/libown.so.1'],
    ['/home/vcap/app/shared', 'shared/libown.so.1'],
    ['/app/shared', 'shared/libown.so.1'],
  ])('are found by RUNPATH and RPATH: %s', async (path, where) => {
    for (const search of [{ runpath: path }, { rpath: path }]) {
      const run = program({ libraries: ['libown.so.1'], ...search })
      expect((await verdict({ files: { 'agent/run': run, [where]: library() } })).said).toBe('')
      expect((await verdict({ files: { 'agent/run': run, 'else/libown.so.1': library() } })).said).toContain(
        MISSING,
      )
    }
  })

  it('of included libraries are looked up as well, by their own RUNPATH or the RPATH of the program', async () => {
    const libown = library({ libraries: ['libsecond.so.2'] })
    const files = (search: ElfFile, second: string, own = libown): Files => ({
      'agent/run': program({ libraries: ['libown.so.1'], ...search }),
      'agent/private/libown.so.1': own,
      [second]: library(),
    })
    const runpath = { runpath: '$ORIGIN/private' }
    expect(
      (await verdict({ files: files({ rpath: '$ORIGIN/private' }, 'agent/private/libsecond.so.2') })).said,
    ).toBe('')
    expect((await verdict({ files: files(runpath, 'agent/private/libsecond.so.2') })).said).toContain(
      'does not have: libsecond.so.2;',
    )
    const withOwn = library({ libraries: ['libsecond.so.2'], runpath: '$ORIGIN' })
    expect((await verdict({ files: files(runpath, 'agent/private/libsecond.so.2', withOwn) })).said).toBe('')
  })

  it('are found in a directory lib beside the program, which then is on LD_LIBRARY_PATH', async () => {
    expect(await verdict({ files: { ...NEEDS, 'agent/lib/libown.so.1': library() } })).toEqual({
      said: '',
      libraryDir: 'lib',
    })
    const files = {
      'agent/x/bin/run': program({ libraries: ['libown.so.1'] }),
      'agent/x/lib/libown.so.1': library(),
    }
    expect(await verdict({ files })).toEqual({ said: '', libraryDir: 'x/lib' })
    const found = { 'agent/run': program({ libraries: ['libown.so.1'], runpath: '$ORIGIN/lib' }) }
    expect(await verdict({ files: { ...found, 'agent/lib/libown.so.1': library() } })).toEqual({
      said: '',
      libraryDir: undefined,
    })
  })

  it('beside a program that is staged alone are not found', async () => {
    const files = { ...NEEDS, 'agent/lib/libown.so.1': library() }
    expect((await verdict({ files, path: 'agent/run' })).said).toContain(MISSING)
  })

  it('are found by an LD_LIBRARY_PATH of the sidecar or of the app', async () => {
    const files = { ...NEEDS, 'agent/private/libown.so.1': library(), 'shared/libown.so.1': library() }
    const path = (value: string) => ({ env: env({ LD_LIBRARY_PATH: text(value) }) })
    for (const each of [
      '$SIDECAR_HOME/private',
      '/usr/lib/x:$HOME/shared',
      '$HOME/shared:$LD_LIBRARY_PATH',
      'shared',
    ])
      expect((await verdict({ files, sidecar: path(each) })).said, each).toBe('')
    expect((await verdict({ files, sidecar: path('$SIDECAR_HOME/else') })).said).toContain(MISSING)
    const dirs = { appLibraryPath: '/home/vcap/app/shared' }
    expect((await verdict({ files, dirs })).said).toBe('')
    const hidden = { hideEnv: ['LD_LIBRARY_PATH' as EnvName] }
    expect((await verdict({ files, dirs, sidecar: hidden })).said).toContain(MISSING)
    // What only the start knows is not judged.
    expect((await verdict({ files, sidecar: path('$ELSEWHERE') })).said).toBe('')
    const setup = { script: 'tar xf libs.tar', place: { file: 'sidecars.yml', line: 1, column: 1 } }
    expect((await verdict({ files, sidecar: { setup } })).said).toBe('')
    expect((await verdict({ files, sidecar: { command: 'LD_LIBRARY_PATH=x run' } })).said).toBe('')
  })

  it('are found in lib of a buildpack before this one', async () => {
    const deps = { '0/lib/libown.so.1': library() }
    expect((await verdict({ files: NEEDS, deps, dirs: { earlier: ['0'] } })).said).toBe('')
    expect((await verdict({ files: NEEDS, deps })).said).toContain(MISSING)
  })

  it('for another machine do not count', async () => {
    const files = { ...NEEDS, 'agent/lib/libown.so.1': library({ machine: 183 }) }
    expect(await verdict({ files })).toMatchObject({
      said: expect.stringContaining(MISSING),
      libraryDir: undefined,
    })
  })
})
