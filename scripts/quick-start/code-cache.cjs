'use strict'
// code-cache.cjs SCRIPT FOLDER ARGUMENT…: runs a script of dist once and keeps in the folder what V8 has compiled for it,
// and for the parts that it has loaded. Where that is beside the script, each run adds to what the one before has left.
const { renameSync, writeFileSync } = require('node:fs')
const { basename } = require('node:path')
const { run, scripts } = require('./load.cjs')

const [script, folder] = process.argv.splice(2, 2)
process.on('exit', () => {
  for (const [file, compiled] of scripts) {
    const cache = `${folder}/${basename(file)}.cache`
    // Never half of one, for whoever starts meanwhile.
    writeFileSync(`${cache}.${process.pid}`, compiled.createCachedData())
    renameSync(`${cache}.${process.pid}`, cache)
  }
})
run(`${__dirname}/${script}.js`, require, module, folder === __dirname ? undefined : () => undefined)
