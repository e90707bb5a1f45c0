/** Paths of Node.js in the package. */
export const RUNTIME_FILE = 'runtime/node'
export const RUNTIME_LICENCE = 'runtime/LICENSE'
