// A stack's receipt: the `dpkg -l` of its root file system, published with each release of the stack.

/**
 * @param {string} text of a file `receipt.STACK.MACHINE`
 * @returns {{ sum?: string, packages: Map<string, string> }} the root file system's SHA-1 sum, and each installed
 *   package's version by its name without architecture
 */
export function readReceipt(text) {
  const sum = /^Rootfs SHASUM: ([0-9a-f]+)$/m.exec(text)?.[1]
  const installed = [...text.matchAll(/^ii\s+([^\s:]+)\S*\s+(\S+)/gm)]
  if (installed.length === 0)
    throw new Error('the receipt lists no installed package (a line that begins with "ii")')
  return { sum, packages: new Map(installed.map(([, name, version]) => [name, version])) }
}

/** @param {string} fileName `receipt.cflinuxfs4.x86_64` */
export function stackOfReceipt(fileName) {
  const [, name, machine] = /^receipt\.([^.]+)\.([^.]+)$/.exec(fileName) ?? []
  if (!name) throw new Error(`${fileName}: expected a file name of the form receipt.STACK.MACHINE`)
  return { name, machine }
}

/**
 * The Ubuntu release, which updated packages have in their version (`2025b-0ubuntu0.22.04.1`).
 * @param {Iterable<string>} versions
 */
export function ubuntuRelease(versions) {
  const counts = new Map()
  for (const version of versions) {
    const release = /(?:ubuntu|~)[\d.]*?(\d\d\.(?:04|10))(?:\.|$)/.exec(version)?.[1]
    if (release) counts.set(release, (counts.get(release) ?? 0) + 1)
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1])
  if (!most) throw new Error('no package version in the receipt names the Ubuntu release')
  return most[0]
}

/** The upstream part: `2.35` of `2.35-0ubuntu3.11`, `12.3.0` of `1:12.3.0-1ubuntu1`. */
export function upstreamVersion(version) {
  return version.replace(/^\d+:/, '').replace(/[-+~].*$/, '')
}

/** Debian and Ubuntu renamed libraries for 64-bit time; the contents kept their names. */
export function withoutT64(name) {
  return name.replace(/t64$/, '')
}
