'use strict'
// Writes docs/options.md from the schemas of the options: node scripts/generate-options-docs.js
const { readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { transformSync } = require('@swc/core')

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' }
  })
  module._compile(code, filename)
}

const { renderOptionsDocs } = require('./options-docs.ts')

writeFileSync(join(__dirname, '../docs/options.md'), renderOptionsDocs())
