import type { Place } from '../../problems/problems.ts'
import { readableMap, type Written, writtenOf } from '../decode/collections.ts'
import { type Decoder, described, refine } from '../decode/decoder.ts'
import { flowScalar, insteadOfScalar } from '../decode/scalar-hints.ts'
import { filledText } from '../decode/scalars.ts'
import type { Source } from '../sidecar.ts'
import { reportFileUri } from '../uri.ts'
import { pathBelow, relativePath } from './names.ts'

const sha256: Decoder<string> = refine(
  filledText,
  (text, report) => {
    if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase()
    const length = /^[0-9a-f]+$/i.test(text) ? CHECKSUMS[text.length] : undefined
    return report(
      'is not a SHA-256 checksum',
      length
        ? `this looks like ${length}; sha256sum prints the right one`
        : 'write the 64 hex digits that sha256sum prints',
    )
  },
  { type: ['string', 'number'], pattern: '^[0-9a-fA-F]{64}$' },
)
/** By their number of hex digits. */
const CHECKSUMS: Readonly<Record<number, string>> = {
  32: 'an MD5 checksum',
  40: 'a SHA-1 checksum',
  96: 'a SHA-384 checksum',
  128: 'a SHA-512 checksum',
}

/** Problems never show the whole URI; `describeUri` is the part for display. */
const uri: Decoder<string> = refine(
  filledText,
  (text, report) => {
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase()
    if (scheme === undefined)
      return report('has no scheme', 'write https://…, http://… or file:///…, or path: for a file of the app')
    if (!['http', 'https', 'file'].includes(scheme))
      return report('must have the scheme https, http or file', 'write https://…, http://… or file:///…')
    if (/[\s\p{Cc}]/u.test(text))
      return report('contains a space or a control character', 'write %20 for a space')
    if (text.includes('#'))
      return report(
        'has a fragment (#…), which is not sent to servers',
        'remove it, or write %23 for a # in a name',
      )
    if (!URL.canParse(text)) return report('is not a valid URI', 'write for example https://host/file.tgz')
    if (reportFileUri(text, report)) return undefined
    return new URL(text).href
  },
  {
    type: 'string',
    pattern:
      '^([Hh][Tt][Tt][Pp][Ss]?|[Ff][Ii][Ll][Ee](?!://(?!localhost/)[^/])):[^\\s#\\u0000-\\u001f\\u007f-\\u009f]+$',
  },
)

const KINDS = ['path', 'dependency', 'uri', 'deps'] as const satisfies readonly Source['kind'][]
const EXACTLY_ONE = 'write exactly one of path, dependency, uri, deps'

const depsPath: Decoder<string> = refine(
  pathBelow("the other buildpack's directory in deps", "the other buildpack's directory in deps"),
  (path, report) => {
    const below = /^deps\/\d+\/(.+)/s.exec(path)?.[1]
    if (below !== undefined) return report(`"${path}" contains the index of a buildpack`, `use ${below}`)
    return path === '.' ? report('is a whole buildpack', 'write for example apt/opt/fluent-bit') : path
  },
  { not: { type: 'string', pattern: '^[./]*$|^[./]*deps/+\\d+/' } },
)

const fields = {
  path: described(relativePath, 'A file or directory, relative to the app root.'),
  dependency: described(filledText, "A name from the dependencies of the buildpack's manifest.yml."),
  // Also libbuildpack's version lines; compared with the manifest later.
  version: described(filledText, "A semver range. Default: the manifest's default_versions."),
  uri: described(uri, 'https, http or file. Requires sha256.'),
  sha256: described(sha256, 'The 64 hex digits that sha256sum prints.'),
  deps: described(depsPath, "A file or directory below another buildpack's deps/<i>, found at start."),
  executable: described(relativePath, 'Which file to run, if the directory or archive has several.'),
}
type Fields = Written<typeof fields>

/** `{path}`, `{dependency, version?}`, `{uri, sha256}` or `{deps}`, each with an optional `executable`. */
const sourceMap: Decoder<Source> = refine(
  readableMap(fields, {
    oneOf: KINDS.map((key) => ({ required: [key] })),
    dependentRequired: { version: ['dependency'], uri: ['sha256'], sha256: ['uri'] },
  }),
  (readable, report, place) => {
    const { written, broken } = readable
    const kinds = writtenOf(readable, ...KINDS)
    const [kind] = kinds
    // The missing key may be an unreadable one, perhaps misspelled.
    const mayBeMisspelt = broken.size > 0
    if (kind === undefined)
      return mayBeMisspelt ? undefined : report('has no path, dependency, uri or deps', EXACTLY_ONE)
    if (kinds.length > 1) return report(`has both ${kinds.join(' and ')}`, EXACTLY_ONE)
    const foreign = [
      ...(kind === 'dependency' ? [] : writtenOf(readable, 'version')),
      ...(kind === 'uri' ? [] : writtenOf(readable, 'sha256')),
    ]
    if (foreign.includes('version')) report('has a version, which requires dependency', 'remove it')
    if (foreign.includes('sha256')) report('has a sha256, which requires uri', 'remove it')
    if (kind === 'uri' && writtenOf(readable, 'sha256').length === 0 && !mayBeMisspelt)
      return report('has a uri without sha256', 'write the 64 hex digits that sha256sum prints')
    return foreign.length + broken.size > 0 ? undefined : sourceOf(written, place)
  },
)

/** A path; for a URL, a hint is impossible, because the checksum is unknown. */
export const source: Decoder<Source> = insteadOfScalar(sourceMap, 'a map', (text) =>
  text.includes('://') ? undefined : `{path: ${flowScalar(text)}}`,
)

function sourceOf({ path, dependency, version, uri, sha256, deps, executable }: Fields, place: Place) {
  const common = { ...(executable !== undefined && { executable }), place }
  if (path !== undefined) return Object.freeze({ kind: 'path' as const, path, ...common })
  if (deps !== undefined) return Object.freeze({ kind: 'deps' as const, deps, ...common })
  if (dependency !== undefined)
    return Object.freeze({
      kind: 'dependency' as const,
      dependency,
      ...(version !== undefined && { version }),
      ...common,
    })
  return uri === undefined || sha256 === undefined
    ? undefined
    : Object.freeze({ kind: 'uri' as const, uri, sha256, ...common })
}
