// The worst patterns of unclear English, kept out of what people read. `npm run check` runs it.
// Pages and scripts must have none; of src, the rooms listed here. Add a room when its messages and comments comply.

/** @type {readonly (readonly [RegExp, string])[]} what is wrong, what to write instead */
const PATTERNS = [
  [/(?<!there )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b)\w/i, 'is not a …, there is no …'],
  [/\b(?:nobody|whoever|somebody)\b/i, 'name who does it, or use the passive'],
  [/\bbut for\b/i, 'except'],
  [/\bsuch as (?=[`"'$\d])/i, 'for example …, or use …'],
  [/\bthe bits\b/i, 'binary, file or download'],
  [/\bpass(?:es|ed|ing)? over\b/i, 'ignores'],
  [/\bnot at hand\b/i, 'not available, not found'],
  [/\bof one(?:'|’)s own\b/i, 'your own'],
  [/\b(?:is|are) to (?:be|have)\b/i, 'must'],
  [/\bthe least that\b/i, 'the smallest … that works'],
  [/\bhere is an?\b/i, 'got a …'],
  [/(?<!there )\bis none\b/i, 'is not a valid …'],
  [/\bmay not be had\b|\bto be had\b|\bcannot be had\b/i, 'not available'],
  [/\b\d+(?:\.\d+)? MB\b/, 'MiB in text, M only in a value to type'],
  [/\bor later \(of\b/i, '20.19+ or 22.12+'],
  [/\bfolder(?:s)? of (?:its|their) own\b/i, 'its directory'],
  [/\bshall not\b/i, 'must not'],
]

/** In pages only: in code, a text is a value of its own. */
const PROSE = [[/\b(?:a text|texts)\b/i, 'string']]

/** Rooms of src that comply. The aim is all of them. */
const ROOMS = [
  'src/buildpack',
  'src/config',
  'src/container',
  'src/diego',
  'src/droplet',
  'src/inspect',
  'src/java',
  'src/lifecycle',
  'src/log',
  'src/manifest',
  'src/packaging',
  'src/phases',
  'src/services',
  'src/sources',
  'src/stand-ins',
  'src/system',
  'src/zip',
  'src/cli',
  'src/plan',
]

const PAGES =
  /^(?:[A-Z]+\.md|docs\/.*\.md|examples\/.*\.(?:md|ya?ml|sh)|scripts\/.*\.mjs|bin\/.*|Dockerfile)$/
/** Written from the sources; `docs/reference/messages.md` follows when every room complies. */
const GENERATED = /^(?:docs\/reference\/(?:messages|messages-by-example|commands)\.md|scripts\/wording\.mjs)$/

/** Whether a file has to comply. @param {string} file path from the root of the repository */
export function mustComply(file) {
  return (PAGES.test(file) || ROOMS.some((room) => file.startsWith(room))) && !GENERATED.test(file)
}

/**
 * @param {string} file path from the root of the repository
 * @param {string} text of the file
 * @returns {readonly string[]} a line for each fault: place, what is written, what to write instead
 */
export function wordingFaults(file, text) {
  return text.split('\n').flatMap((line, index) =>
    (file.endsWith('.md') ? [...PATTERNS, ...PROSE] : PATTERNS).flatMap(([pattern, instead]) => {
      const found = pattern.exec(line)
      return found ? [`${file}:${index + 1}:${found.index + 1}: "${found[0]}": write ${instead}`] : []
    }),
  )
}
