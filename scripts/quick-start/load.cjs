'use strict'
// Runs a bundled script with the V8 code cache beside it, so that it is not compiled at each start. The same for the parts
// that it loads late. Packaging writes caches of the phases for the Node.js that it carries; building writes caches of the
// command line for the Node.js that builds. Node.js ignores a cache of another version, processor or options.
const { readFileSync } = require('node:fs')
const { Script } = require('node:vm')

/** By file of dist: its compiled script. */
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
  // Only the name, because the cache contains it: the same file gives the same cache in every directory.
  return new Script(source, { filename: file.slice(__dirname.length + 1), cachedData })
}

function cacheBeside(file) {
  try {
    return readFileSync(`${file}.cache`)
  } catch {
    return undefined
  }
}
