'use strict'
// Lets a child process load our TypeScript sources: node --require <this file>
const { readFileSync } = require('node:fs')
const { transformSync } = require('@swc/core')

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    // import() stays as it is: it is how an ES module is loaded.
    module: { type: 'commonjs', ignoreDynamic: true }
  })
  module._compile(code, filename)
}
