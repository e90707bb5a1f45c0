'use strict'
// Runs a bundled script with V8's code cache beside it: packaging leaves one for the Node.js that it carries, so that
// nothing is compiled again at each staging. One that does not fit (another Node.js, another processor) is passed over.
const { readFileSync } = require('node:fs')
const { Script } = require('node:vm')

/** @param {string} file of dist, such as /…/dist/supply.js */
exports.compile = (file, cachedData) => {
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`
  // The name alone: the cache holds it, and shall be the same wherever it is made.
  return new Script(source, { filename: file.slice(__dirname.length + 1), cachedData })
}

exports.run = (file, require, module, script = exports.compile(file, cacheOf(file))) =>
  script.runInThisContext()(module.exports, require, module, file, __dirname)

function cacheOf(file) {
  try {
    return readFileSync(`${file}.cache`)
  } catch {
    return undefined
  }
}
