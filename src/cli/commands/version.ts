import type { RegisterCommand } from '../command-line.ts'

/** `sidecar-buildpack version`, for `--version`. */
export const registerVersion: RegisterCommand = (program, line) => {
  program
    .command('version')
    .description('print the version')
    .action(() => line.out(`${BUILDPACK_VERSION}\n`))
}
