// Finds the commands and shared libraries in a list of files.

// Directories on the app's PATH; sbin is not among them.
const COMMAND = /^(?:usr\/(?:local\/)?)?bin\/([^/]+)$/
// The dynamic loader's own directories on x86-64 Debian and Ubuntu (ld.so(8), /etc/ld.so.conf.d/x86_64-linux-gnu.conf).
const LIBRARY = /^(?:usr\/(?:local\/)?)?lib(?:64|\/x86_64-linux-gnu)?\/([^/]+\.so(?:\.[^/]+)?)$/

/**
 * @param {Iterable<string>} paths without the slash at the beginning
 * @returns {{ commands: string[], libraries: string[] }} names, sorted
 */
export function commandsAndLibraries(paths) {
  const commands = new Set()
  const libraries = new Set()
  for (const path of paths) {
    const command = COMMAND.exec(path)?.[1]
    const library = LIBRARY.exec(path)?.[1]
    if (command) commands.add(command)
    if (library) libraries.add(library)
  }
  return { commands: [...commands].sort(), libraries: withoutFullVersions([...libraries].sort()) }
}

/**
 * A program needs `libz.so.1`. The file behind that link, `libz.so.1.2.13`, has another name in each release.
 * @param {string[]} names sorted
 */
function withoutFullVersions(names) {
  return names.filter(
    (name) => !names.some((other) => name.startsWith(`${other}.`) && /\.so\.\d/.test(other)),
  )
}
