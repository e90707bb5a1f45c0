// Bundles every entry point into one file each under dist/ (why one file: ARCHITECTURE.md, "Starting fast").
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import TOML from '@iarna/toml'
import { bundledPackages, packageList, thirdPartyLicences } from './bundled-packages.mjs'
import { cliCodeCaches } from './cli-code-caches.mjs'
import { bundleWithLateParts } from './lazy-parts.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const identity = TOML.parse(readFileSync(join(root, 'buildpack.toml'), 'utf8')).buildpack
const dist = join(root, 'dist')
mkdirSync(join(root, '.cache'), { recursive: true })
// Not in `dist` itself, which other npm scripts may be using.
const outdir = mkdtempSync(join(root, '.cache', 'dist-'))
process.on('exit', () => rmSync(outdir, { recursive: true, force: true }))
chmodSync(outdir, 0o755)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const metafiles = await bundleWithLateParts(
  root,
  outdir,
  {
    detect: 'src/phases/main/detect.ts',
    supply: 'src/phases/main/supply.ts',
    finalize: 'src/phases/main/finalize.ts',
    release: 'src/phases/main/release.ts',
    cli: 'src/cli/entry.ts',
    'static-server': 'src/stand-ins/static-server/main.ts',
    'memory-calculator': 'src/stand-ins/memory-calculator/main.ts',
  },
  {
    legalComments: 'none',
    mainFields: ['module', 'main'],
    // The CycloneDX library requires it only for SBOMs in XML.
    external: ['xmlbuilder2'],
    loader: { '.bash': 'text', '.pl': 'text' },
    define: { BUILDPACK_VERSION: JSON.stringify(identity.version) },
  },
)
const inputs = Object.assign({}, ...metafiles.map((each) => each.inputs))
const outputs = Object.assign({}, ...metafiles.map((each) => each.outputs))
// All of them use a code cache if there is one (scripts/quick-start/load.cjs).
for (const script of ['detect', 'supply', 'finalize', 'release', 'cli']) {
  renameSync(join(outdir, `${script}.cjs`), join(outdir, `${script}.js`))
  copyFileSync(join(root, 'scripts/quick-start/start.cjs'), join(outdir, `${script}.cjs`))
}
for (const file of ['load.cjs', 'code-cache.cjs'])
  copyFileSync(join(root, 'scripts/quick-start', file), join(outdir, file))
const { id, name, version } = identity
writeFileSync(join(outdir, 'identity.json'), `${JSON.stringify({ id, name, version })}\n`)
const packages = bundledPackages(root, Object.keys(inputs))
writeFileSync(join(outdir, 'bundled-packages.json'), packageList(packages))
writeFileSync(join(outdir, 'third-party-licences.txt'), thirdPartyLicences(root, packages))
replaceDist()
// Of dist, as the command line finds its files there.
cliCodeCaches(dist)
if (!process.argv.includes('--quiet')) {
  for (const [file, { bytes }] of Object.entries(outputs)) {
    console.log(`dist/${basename(file)}  ${(bytes / 1024).toFixed(1)} KiB`)
  }
}

/** If another build ends at the same moment, the result of one of them stays. */
function replaceDist() {
  const before = `${outdir}-before`
  for (const [from, to] of [
    [dist, before],
    [outdir, dist],
  ]) {
    try {
      renameSync(from, to)
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error
    }
  }
  rmSync(before, { recursive: true, force: true })
}
