/** Where the packaged buildpack has its Node.js. */
export const RUNTIME_FILE = 'runtime/node'
export const RUNTIME_LICENCE = 'runtime/LICENSE'
