/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline'
      }
    ]
  },
  // These come as ES modules alone, which jest's own module loader cannot take as they are.
  transformIgnorePatterns: [
    '/node_modules/(?!(jose|openid-client|oauth4webapi)/)'
  ],
  moduleNameMapper: {
    '^opencrvs-national-id$': '<rootDir>/src/index.ts',
    '^opencrvs-national-id/(form-fields|opencrvs|sandbox)$':
      '<rootDir>/src/$1/index.ts'
  },
  testTimeout: 60000,
  // One more than cores: much of the suite waits for servers, commits and processes.
  maxWorkers: 3,
  maxConcurrency: 4
}
