// The npm packages that the build bundles into dist/: their licences go wherever dist/ goes, and packaging lists
// them in the SBOM of a buildpack (src/packaging/package/sbom.ts).
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @param {string} root directory of the repository
 * @param {readonly string[]} inputs the bundled files, relative to it (esbuild's metafile)
 * @returns {readonly {directory: string, name: string, version: string, license: string, integrity: string}[]}
 *   sorted by name; `integrity` is what npm checks the package's archive against, from package-lock.json
 */
export function bundledPackages(root, inputs) {
  const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const directories = new Set(
    inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  )
  return [...directories]
    .map((directory) => {
      const { name, version, license } = JSON.parse(
        readFileSync(join(root, directory, 'package.json'), 'utf8'),
      )
      const integrity = locked[directory]?.integrity
      if (!integrity) throw new Error(`package-lock.json has no checksum of ${directory}`)
      return { directory, name, version, license, integrity }
    })
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1))
}

/** For `dist/bundled-packages.json`. */
export function packageList(packages) {
  const listed = packages.map(({ directory: _, ...each }) => each)
  return `${JSON.stringify(listed, null, 2)}\n`
}

/** For `dist/third-party-licences.txt`. */
export function thirdPartyLicences(root, packages) {
  const texts = packages.map(
    ({ directory, name, version, license }) =>
      `${name} ${version} (${license})\n\n${licenceText(join(root, directory))}`,
  )
  return `The npm packages in these files, and their licences.\n${['', ...texts].join(`\n${'-'.repeat(80)}\n\n`)}`
}

function licenceText(directory) {
  const file = readdirSync(directory).find((name) => /^(licen[cs]e|copying)/i.test(name))
  if (file) return readFileSync(join(directory, file), 'utf8').trim().concat('\n')
  const readme = ['README.md', 'readme.md']
    .map((name) => join(directory, name))
    .find((path) => existsSync(path))
  const section = readme && /^#+ *licen[cs]e\b[\s\S]*/im.exec(readFileSync(readme, 'utf8'))?.[0]
  return `${section?.trim() ?? 'The package has no licence file.'}\n`
}
