'use strict'
// Runs a bundled script with V8's code cache beside it, and so the parts that it loads late: what is the same at each start
// is not compiled again. Packaging leaves caches of the phases for the Node.js that it carries, building those of the command
// line for its own. One that does not fit (another Node.js, another processor, other options) is passed over.
const { readFileSync } = require('node:fs')
const { Script } = require('node:vm')

/** file of dist → what was compiled of it */
const scripts = new Map()
exports.scripts = scripts

/**
 * @param {string} file of dist, such as /…/dist/supply.js
 * @param require of a module in dist
 * @param module gets its exports
 * @param cacheOf the cache of a file, if there is one
 */
exports.run = (file, require, module, cacheOf = cacheBeside) => {
  const parts = new Map()
  const load = (path, module) => {
    const script = compile(path, cacheOf(path))
    scripts.set(path, script)
    script.runInThisContext()(module.exports, requirePart, module, path, __dirname)
  }
  const requirePart = (id) => {
    if (!id.startsWith('./lazy-')) return require(id)
    const known = parts.get(id)
    if (known) return known.exports
    const part = { exports: {} }
    load(`${__dirname}${id.slice(1)}`, part)
    parts.set(id, part)
    return part.exports
  }
  load(file, module)
}

function compile(file, cachedData) {
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`
  // The name alone: the cache holds it, and shall be the same wherever it is made.
  return new Script(source, { filename: file.slice(__dirname.length + 1), cachedData })
}

function cacheBeside(file) {
  try {
    return readFileSync(`${file}.cache`)
  } catch {
    return undefined
  }
}
