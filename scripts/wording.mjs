// Finds the worst patterns of unclear English in pages, scripts and sources. `npm run check` runs it.

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
  [/\b(?:is|are) told\b/i, 'gets, is reported'],
  [/\bsays yes\b/i, 'succeeds'],
]

/** For pages only: code may call a string a text. */
const PROSE = [[/\b(?:a text(?! file)|texts)\b/i, 'string']]

const CHECKED =
  /^(?:[A-Z]+\.md|docs\/.*\.md|src\/.*\.(?:ts|bash|pl)|examples\/.*\.(?:md|ya?ml|sh)|scripts\/.*\.mjs|bin\/.*|Dockerfile)$/
/** This file, which contains the patterns. */
const EXEMPT = 'scripts/wording.mjs'

/** Whether a file has to comply. @param {string} file path from the root of the repository */
export function mustComply(file) {
  return CHECKED.test(file) && file !== EXEMPT
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
