import type { Command } from 'commander'
import type { BundleOptions } from '../bundle-jar.ts'
import type { RegisterCommand } from '../command-line.ts'
import { listOption } from '../options.ts'

const EXAMPLES = `
Examples:
  sidecar-buildpack bundle app.jar --sidecar config-server
  sidecar-buildpack bundle app.jar --sidecar build/otelcol=sidecars/otelcol --config sidecars.yml -o app-with-sidecar.jar
  sidecar-buildpack bundle app.jar --sidecar config-server --in-place
  sidecar-buildpack bundle app.jar --undo
`

export const registerBundle: RegisterCommand = (program, line) => {
  program
    .command('bundle')
    .description('add sidecars and a sidecars.yml to a jar, war or zip')
    .argument('<jar>', 'the jar, war or zip to push')
    .option(
      '-s, --sidecar <file=path>',
      'file or directory to add; =path sets its path in the archive, by default its own name (repeatable)',
      listOption,
      [],
    )
    .option('-c, --config <file>', 'the sidecars.yml to add; default: generated for a single sidecar')
    .option('-o, --output <file>', 'write the result to this file, and do not change the jar')
    .option('--in-place', 'modify the jar itself (fast for large jars); --undo reverts it')
    .option('--replace', 'replace existing entries that differ')
    .option('--undo', 'revert the last --in-place')
    .option('--dry-run', 'only print the changes')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (jar: string, options: BundleOptions, command: Command) => {
      refuseContradictions(options, command)
      const { bundleJar } = await import('../bundle-jar.ts')
      await bundleJar(jar, options, line)
    })
}

function refuseContradictions(options: BundleOptions, command: Command): void {
  const hasInput = options.sidecar.length > 0 || options.config !== undefined
  if (options.undo && (hasInput || options.output !== undefined || options.inPlace || options.replace)) {
    command.error('error: --undo can only be combined with --dry-run and --json')
  }
  if (options.inPlace && options.output !== undefined) {
    command.error('error: --in-place and -o cannot be used together')
  }
  if (!options.undo && !hasInput) command.error('error: nothing to add; pass --sidecar or --config')
}
