'use strict'
require('./load.cjs').run(`${__filename.slice(0, -'.cjs'.length)}.js`, require, module)
