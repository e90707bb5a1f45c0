import type { Command } from 'commander'
import type { RegisterCommand } from '../command-line.ts'
import { memoryOption } from '../options.ts'
import type { PackageOptions } from '../package-buildpack.ts'

/** `sidecar-buildpack package`: the zip for `cf create-buildpack`. */
export const registerPackage: RegisterCommand = (program, line) => {
  program
    .command('package')
    .description('build a buildpack zip for `cf create-buildpack`: this buildpack, or your own')
    .option('--cached', 'include every dependency, so that staging needs no network')
    .option('--sidecars <dir>', 'your own buildpack: a directory with a sidecars.yml and the files it uses')
    .option('--name <name>', 'its name; default: the name of the directory')
    .option(
      '--version <version>',
      'its version; default: the content of VERSION in the directory, else 0.1.0',
    )
    .option('--stack <stack>', 'only for this stack, for example cflinuxfs4; default: any')
    .option('--node <file>', 'the Node.js to include: the binary of an official Linux x64 release')
    .option('--from <zip>', 'take Node.js from an earlier package')
    .option(
      '--max-size <size>',
      'fail if the zip is larger (256M, 1G); your platform may have a limit',
      memoryOption,
    )
    .option('-o, --output <zip>', 'file or directory; default: the usual name in the current directory')
    .option('--sbom <file>', 'also write the SBOM (CycloneDX JSON) that the zip contains to this file')
    .option('--summary', 'only print the dependencies and sidecars, as tables in Markdown')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Without --node and --from, npm downloads Node.js once; it is kept in ~/.cache/sidecar-buildpack.

Example, your own buildpack:
  $ ls acme
  acme-agent  sidecars.yml
  $ sidecar-buildpack package --sidecars acme --version 1.0.0
  $ cf create-buildpack acme_buildpack acme_buildpack-v1.0.0.zip 99`,
    )
    .action(async (options: PackageOptions, command: Command) => {
      if (options.summary && options.json)
        command.error('error: --summary and --json cannot be used together')
      const { packageAndDescribe } = await import('../package-buildpack.ts')
      line.out(await packageAndDescribe(options, line))
    })
}
