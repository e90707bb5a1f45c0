import type { RegisterCommand } from '../command-line.ts'

/** `sidecar-buildpack schema`: the JSON Schema of sidecars.yml. */
export const registerSchema: RegisterCommand = (program, line) => {
  program
    .command('schema')
    .description('print the JSON Schema of sidecars.yml, for editors')
    .addHelpText(
      'after',
      `
Example:
  $ sidecar-buildpack schema > sidecars.schema.json
  and as the first line of sidecars.yml:
  # yaml-language-server: $schema=./sidecars.schema.json`,
    )
    .action(async () => {
      const { jsonSchema } = await import('../../config/sidecars-yml.ts')
      line.out(`${JSON.stringify(jsonSchema(), null, 2)}\n`)
    })
}
