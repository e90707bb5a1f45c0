/**
 * The section of a version in a CHANGELOG, without its heading.
 * @param {string} changelog with a heading of the second level for each version
 * @param {string} version
 * @returns {string} ends in a newline
 * @throws Error when there is none
 */
export function releaseNotes(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1)
  const section = sections.find((each) => each.split(/\s/, 1)[0] === version)
  if (section === undefined) throw new Error(`CHANGELOG.md has no section "## ${version}"`)
  return `${section.slice(section.indexOf('\n')).trim()}\n`
}
