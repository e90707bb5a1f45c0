// The licences of everything that the build bundles into dist/: one text, which goes wherever dist/ goes.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @param {string} root folder of the repository
 * @param {readonly string[]} inputs the bundled files, relative to it (esbuild's metafile)
 * @returns {string} by package, in alphabetical order
 */
export function thirdPartyLicences(root, inputs) {
  const folders = new Set(
    inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  )
  const packages = new Map()
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    packages.set(
      `${name} ${version}`,
      `${name} ${version} (${license})\n\n${licenceText(join(root, folder))}`,
    )
  }
  const texts = [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)
  return `What is bundled into these files, and under which licences.\n${['', ...texts].join(`\n${'-'.repeat(80)}\n\n`)}`
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name))
  if (file) return readFileSync(join(folder, file), 'utf8').trim().concat('\n')
  const readme = ['README.md', 'readme.md'].map((name) => join(folder, name)).find((path) => existsSync(path))
  const section = readme && /^#+ *licen[cs]e\b[\s\S]*/im.exec(readFileSync(readme, 'utf8'))?.[0]
  return `${section?.trim() ?? 'The package has no licence file.'}\n`
}
