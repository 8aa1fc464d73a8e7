/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline'
      }
    ]
  },
  moduleNameMapper: {
    '^opencrvs-national-id$': '<rootDir>/src/index.ts',
    '^opencrvs-national-id/(opencrvs|sandbox)$': '<rootDir>/src/$1/index.ts'
  },
  testTimeout: 30000,
  maxWorkers: 2
}
