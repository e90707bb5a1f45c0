'use strict'
// code-cache.cjs SCRIPT FOLDER ARGUMENT…: runs a script of dist once and writes V8's code caches of it, and of the parts that
// it has loaded, into the folder. If that is the script's own folder, each run extends the caches of the run before.
const { renameSync, writeFileSync } = require('node:fs')
const { basename } = require('node:path')
const { run, scripts } = require('./load.cjs')

const [script, folder] = process.argv.splice(2, 2)
process.on('exit', () => {
  for (const [file, compiled] of scripts) {
    const cache = `${folder}/${basename(file)}.cache`
    // Renamed when complete: a process that starts meanwhile must not read half a cache.
    writeFileSync(`${cache}.${process.pid}`, compiled.createCachedData())
    renameSync(`${cache}.${process.pid}`, cache)
  }
})
run(`${__dirname}/${script}.js`, require, module, folder === __dirname ? undefined : () => undefined)
