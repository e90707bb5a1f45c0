import { posix } from 'node:path'
import { quote } from '../droplet/shell-quote.ts'
import { decodeGoYaml } from '../platform/go/yaml/decode.ts'
import { goString, goStruct } from '../platform/go/yaml/shapes.ts'
import { ownProgram, type Release, type StandInApp } from './stand-in-app.ts'

const staticfile = goStruct('Staticfile', {
  root: goString,
  host_dot_files: goString,
  pushstate: goString,
  directory: goString,
  force_https: goString,
  location_include: goString,
  ssi: goString,
})
/** Keys that take more than a server of files. */
const NGINX_ONLY = ['directory', 'force_https', 'location_include', 'ssi'] as const

/**
 * A server of the app's directory, or of the `root` in its Staticfile.
 * Source: cloudfoundry/staticfile-buildpack, src/staticfile/finalize/finalize.go.
 */
export function staticCommand({ app: { view } }: StandInApp): Release | string {
  const { value, error } = decodeGoYaml(view.readText('Staticfile') ?? '', staticfile)
  if (error) return 'its Staticfile is not a map of strings'
  const needed = NGINX_ONLY.find((key) => value[key] !== '' && value[key] !== 'false')
  if (needed !== undefined) return `${needed} in its Staticfile needs nginx`
  if (view.sizeOf('Staticfile.auth') !== undefined) return 'its Staticfile.auth needs nginx'
  const root = posix.normalize(value.root || '.').replace(/(?<=.)\/$/, '')
  if (/^(?:\.\.)?\/|^\.\.$/.test(root)) return 'the root in its Staticfile is outside the app'
  if (root !== '.' && !view.paths().files.some((path) => path.startsWith(`${root}/`)))
    return `root ${root} in its Staticfile is missing or empty`
  if (view.sizeOf(posix.join(root, 'nginx.conf')) !== undefined) return 'its nginx.conf needs nginx'
  const flags = [
    ...(isEnabled(value.host_dot_files) ? ['--dot-files'] : []),
    ...(isEnabled(value.pushstate) ? ['--pushstate'] : []),
  ]
  const { run, files } = ownProgram('static-server.cjs', [quote(root), ...flags].join(' '))
  return { web: `exec ${run}`, files }
}

const isEnabled = (value: string) => value === 'enabled' || value === 'true'
