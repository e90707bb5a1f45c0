'use strict'
// code-cache.cjs PHASE OUT ARGUMENT…: runs a phase once and keeps what V8 has compiled for it.
const { writeFileSync } = require('node:fs')
const { compile, run } = require('./load.cjs')

const [phase, out] = process.argv.splice(2, 2)
const file = `${__dirname}/${phase}.js`
const script = compile(file)
process.on('exit', () => writeFileSync(out, script.createCachedData()))
run(file, require, module, script)
