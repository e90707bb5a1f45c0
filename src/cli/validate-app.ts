/** What the command `validate` does. */
import { hasAppConfig } from '../config/locate.ts'
import { type CheckedApp, checkApp, describeConditions } from '../inspect/check-app.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'
import type { MemorySize } from '../platform/memory-size.ts'
import { describeProblem, InputError, type Problem, Problems } from '../problems/problems.ts'
import { visibleLine } from '../problems/visible.ts'
import { withPushedFiles } from './app-folder.ts'
import type { CommandLine } from './command-line.ts'
import { plural } from './explain.ts'
import type { ReadManifest } from './manifest-file.ts'
import { ownBuildpack } from './own-buildpack.ts'
import { type PushOptions, readPushedApp, severalApplications } from './pushed-app.ts'
import { readServicesFile } from './services-file.ts'

export interface ValidateOptions extends PushOptions {
  readonly stack?: string
  readonly memory?: MemorySize
  readonly services?: string
  readonly env: ReadonlyMap<string, string>
  readonly json?: true
}

/** The command `validate`: reports what supply and the platform would report. @returns the exit status */
export async function validateAndReport(
  app: string | undefined,
  options: ValidateOptions,
  line: CommandLine,
): Promise<number> {
  const several = await severalApplications(app, options, line)
  const validated: Validated[] = []
  if (several === undefined) validated.push(await validate(app, options, line))
  for (const { name, manifest } of several ?? []) {
    const one = await validate(app, { ...options, app: name }, line, manifest)
    validated.push({ application: name, ...one })
  }
  if (options.json) line.out(`${JSON.stringify(asJson(validated), null, 2)}\n`)
  else reportAll(validated, line)
  return validated.every(isValid) ? 0 : 1
}

interface Validated {
  /** Its name, where the command checks all applications of a manifest with several. */
  readonly application?: string
  readonly shown: string
  readonly problems: readonly Problem[]
  readonly checked?: CheckedApp | undefined
  readonly manifest: AppManifest | undefined
}

async function validate(
  app: string | undefined,
  options: ValidateOptions,
  line: CommandLine,
  read?: ReadManifest,
): Promise<Validated> {
  const problems = new Problems()
  const { path, hasFiles, shown, manifest } = await readPushedApp(app, options, line, problems, read)
  const isImage = manifest?.lifecycle === 'docker' && !hasAppConfig(path)
  if (isImage || !hasFiles) return { shown, manifest, problems: problems.sorted() }
  const services = options.services === undefined ? undefined : await readServicesFile(options.services, line)
  const checked = await withPushedFiles(path, (directory) =>
    checkApp(
      {
        directory,
        buildpack: ownBuildpack(),
        manifest,
        env: options.env,
        ...(options.stack !== undefined && { stack: options.stack }),
        ...(options.memory && { memory: options.memory }),
        ...(services && { services: services.json }),
      },
      problems,
    ),
  ).catch((thrown: unknown) => {
    if (!(thrown instanceof InputError)) throw thrown
    problems.add(thrown.problems)
    return undefined
  })
  return { shown, manifest, problems: problems.sorted(), checked }
}

function isValid({ problems, checked, manifest }: Validated): boolean {
  return (checked?.hasConfiguration || manifest !== undefined) && !problems.some(isError)
}

const isError = ({ severity }: Problem) => severity === 'error'

function asJson(validated: readonly Validated[]) {
  return { valid: validated.every(isValid), problems: validated.flatMap(problemsAsJson) }
}

function problemsAsJson(validated: Validated) {
  const { application, problems } = validated
  const nothing = !isValid(validated) && !problems.some(isError)
  const none = { severity: 'error', what: withoutFile(validated), instead: WRITE_ONE }
  return [...problems, ...(nothing ? [none] : [])].map((each) => ({ application, ...each }))
}

const withoutFile = ({ shown }: Validated) =>
  `${shown === '.' ? 'this directory' : shown} has no sidecars.yml`
const WRITE_ONE = 'write one, or pass the directory of the app'

/** Warnings of a manifest that concern several applications are reported once. */
function reportAll(validated: readonly Validated[], line: CommandLine): void {
  const told = new Set<string>()
  for (const each of validated) {
    const problems = each.problems.filter((problem) => {
      const isTold = problem.place?.file === each.manifest?.place.file && told.has(describeProblem(problem))
      told.add(describeProblem(problem))
      return isError(problem) || !isTold
    })
    report({ ...each, problems }, line)
  }
}

function report(validated: Validated, line: CommandLine): void {
  const { application, problems, checked, manifest } = validated
  const of = application === undefined ? '' : `${visibleLine(application)}: `
  if (of !== '' && problems.length > 0) line.err(`${of.trimEnd()}\n`)
  for (const each of problems) line.err(`${each.severity}: ${describeProblem(each)}\n`)
  const errors = problems.filter(isError).length
  if (errors > 0) line.err(`${of}${plural(errors, 'error')}: pushing this app would fail\n`)
  else if (!isValid(validated)) line.err(`error: ${withoutFile(validated)}; ${WRITE_ONE}\n`)
  else {
    const used = checked?.runs ? checked : undefined
    for (const [name, condition] of used ? describeConditions(used) : [])
      line.out(`${visibleLine(`  sidecar ${name}: ${condition}`)}\n`)
    const names = [
      ...(used?.possible.sidecars ?? []).map(({ name }) => name as string),
      ...(manifest?.sidecars ?? []).map(({ name }) => name),
    ]
    const listed = names.length > 0 ? ` (${names.join(', ')})` : ''
    const files = [used?.hasConfiguration ? 'sidecars.yml' : [], manifest?.place.file ?? []].flat()
    const are = files.length > 1 ? 'are' : 'is'
    line.out(
      `${of}${files.join(' and ')} ${are} valid: ${plural(names.length, 'sidecar')}${visibleLine(listed)}\n`,
    )
  }
}
