/**
 * The main section of `META-INF/MANIFEST.MF`.
 * Format: https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html#jar-manifest
 */

interface JarManifest {
  /** The value of a main attribute; the last one if there are several. @param name in any case */
  get(name: string): string | undefined
  /** The number of times that the main section has it. */
  count(name: string): number
}

/** Directory and file names match in any case, as in the JVM. */
export const MANIFEST = 'META-INF/MANIFEST.MF'

export function parseJarManifest(text: string): JarManifest {
  const values = new Map<string, string[]>()
  const [main = ''] = text.replace(/\r\n?/g, '\n').replace(/^\n+/, '').split(/\n\n/)
  for (const line of main.replaceAll('\n ', '').split('\n')) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const name = line.slice(0, colon).toLowerCase()
    values.set(name, [...(values.get(name) ?? []), line.slice(colon + 1).trim()])
  }
  return {
    get: (name) => values.get(name.toLowerCase())?.at(-1),
    count: (name) => values.get(name.toLowerCase())?.length ?? 0,
  }
}
