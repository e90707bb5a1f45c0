import { resolve } from 'node:path'
import { ownFolder } from '../../buildpack/own-folder.ts'
import { describeSource } from '../../config/describe-source.ts'
import type { VendorResult } from '../../packaging/vendor/vendor-app.ts'
import type { Vendored } from '../../packaging/vendor/vendor-sources.ts'
import { DEFAULT_STACK } from '../../platform/stacks.ts'
import { describeProblem } from '../../problems/problems.ts'
import { describeBytes } from '../../system/byte-size.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import { sourceContext } from '../source-context.ts'

interface Options {
  readonly buildpack?: string
  readonly stack: string
  readonly json?: true
}

/** `sidecar-buildpack vendor`: stores downloads of sidecars.yml in the app. */
export const registerVendor: RegisterCommand = (program, line) => {
  program
    .command('vendor')
    .description(
      'download the sources with `uri` or `dependency` into the app, so that staging needs no network',
    )
    .argument('[app]', 'directory of the app', '.')
    .option(
      '-b, --buildpack <dir>',
      'the buildpack whose manifest.yml lists the dependencies; default: this one',
    )
    .option('--stack <stack>', 'the stack that the app will run on', DEFAULT_STACK)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Files are written to vendor/sidecars in the app; in sidecars.yml, only the sources change.

Example:
  $ sidecar-buildpack vendor my-app
  $ cf push my-app -p my-app`,
    )
    .action(async (app: string, options: Options) => {
      const result = await run(app, options, line)
      line.out(options.json ? asJson(result) : describe(result))
    })
}

async function run(app: string, { buildpack, stack }: Options, line: CommandLine): Promise<VendorResult> {
  const { vendorApp } = await import('../../packaging/vendor/vendor-app.ts')
  return vendorApp({
    appDir: resolve(line.cwd, app),
    sources: {
      ...sourceContext(line, stack),
      buildpackDir: buildpack === undefined ? ownFolder() : resolve(line.cwd, buildpack),
    },
  })
}

function describe({ file, vendored, warnings }: VendorResult): string {
  const said = warnings.map((each) => `warning: ${describeProblem(each)}\n`)
  const done = vendored.map(
    (each) => `${each.owner}: ${describeSource(each.source)} is now ${each.path} (${amount(each)})\n`,
  )
  const end =
    vendored.length === 0
      ? `Nothing to do: ${file} has no sources with uri or dependency.\n`
      : `${file} now uses ${vendored.length === 1 ? 'this path' : 'these paths'}; push vendor/ with the app.\n`
  return [...said, ...done, end].join('')
}

function amount({ bytes, files }: Vendored): string {
  const size = describeBytes(bytes)
  return files === 1 ? size : `${files} files, ${size}`
}

function asJson({ file, vendored, warnings }: VendorResult): string {
  const shown = vendored.map(({ owner, source, path, bytes, files }) => ({
    owner,
    source: describeSource(source),
    path,
    bytes,
    files,
  }))
  return `${JSON.stringify({ file, vendored: shown, warnings: warnings.map(describeProblem) }, null, 2)}\n`
}
