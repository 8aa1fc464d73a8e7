import eslint from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const clock = 'Take the time from a Clock (src/internal/clock.ts).'
const randomness = 'Take randomness from src/internal/ids.ts.'
const environment = 'Options come from the country, never from process.env.'

// An annotated one may stay: it is how a function gets a named type.
const topLevelArrow = {
  selector:
    ':matches(Program, ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator:not([id.typeAnnotation]) > ArrowFunctionExpression',
  message: 'Write top-level functions with `function`.'
}
const currentDate = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message: clock
}
const processEnv = { object: 'process', property: 'env', message: environment }

/** Rules that hold for everything compiled from TypeScript. */
const typescript = {
  files: ['**/*.ts'],
  extends: [eslint.configs.recommended, tseslint.configs.strictTypeChecked],
  languageOptions: {
    parserOptions: {
      project: './tsconfig.json',
      tsconfigRootDir: import.meta.dirname
    }
  },
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  rules: {
    eqeqeq: 'error',
    'no-console': 'error',
    'no-restricted-syntax': ['error', topLevelArrow],
    '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
    '@typescript-eslint/consistent-type-imports': 'error',
    '@typescript-eslint/switch-exhaustiveness-check': [
      'error',
      { considerDefaultExhaustiveForUnions: true }
    ],
    '@typescript-eslint/no-unused-vars': [
      'error',
      { argsIgnorePattern: '^_', ignoreRestSiblings: true }
    ],
    '@typescript-eslint/restrict-template-expressions': [
      'error',
      { allowNumber: true }
    ],
    '@typescript-eslint/no-confusing-void-expression': [
      'error',
      { ignoreArrowShorthand: true, ignoreVoidOperator: true }
    ],
    '@typescript-eslint/no-meaningless-void-operator': 'off',
    // A method of a port is asynchronous even where one adapter need not wait:
    // what it throws must reach the caller as a rejection.
    '@typescript-eslint/require-await': 'off',
    // Header maps and declarations are records on purpose; deleting by name is
    // how a header is dropped.
    '@typescript-eslint/no-dynamic-delete': 'off'
  }
}

/** What ships: sizes, and the sources of time, randomness and settings. */
const shipped = {
  files: ['src/**/*.ts'],
  rules: {
    'max-lines': ['error', { max: 400 }],
    'max-lines-per-function': ['error', { max: 60, skipComments: true }],
    complexity: ['error', { max: 10, variant: 'modified' }],
    'no-restricted-syntax': ['error', topLevelArrow, currentDate],
    'no-restricted-properties': [
      'error',
      processEnv,
      { object: 'Date', property: 'now', message: clock },
      { object: 'Math', property: 'random', message: randomness }
    ],
    'no-restricted-imports': [
      'error',
      {
        paths: ['crypto', 'node:crypto'].map((name) => ({
          name,
          importNames: ['randomUUID', 'randomBytes', 'randomInt', 'webcrypto'],
          message: randomness
        }))
      }
    ]
  }
}

/** The one place that the time and randomness come from. */
const sources = {
  files: ['src/internal/**/*.ts'],
  rules: {
    'no-restricted-syntax': ['error', topLevelArrow],
    'no-restricted-properties': ['error', processEnv],
    'no-restricted-imports': 'off'
  }
}

/** Commands find their secrets in the environment, here alone: a command line is seen by everybody on the machine. */
const commands = {
  files: ['src/cli/terminal.ts'],
  rules: { 'no-restricted-properties': 'off' }
}

/** Tests look into answers whose type is not known, and hold doubles. */
const tests = {
  files: ['test/**/*.ts'],
  rules: {
    'no-restricted-syntax': 'off',
    '@typescript-eslint/no-empty-function': 'off',
    '@typescript-eslint/no-non-null-assertion': 'off',
    '@typescript-eslint/no-unnecessary-condition': 'off',
    '@typescript-eslint/no-unsafe-argument': 'off',
    '@typescript-eslint/no-unsafe-assignment': 'off',
    '@typescript-eslint/no-unsafe-call': 'off',
    '@typescript-eslint/no-unsafe-member-access': 'off',
    '@typescript-eslint/no-unsafe-return': 'off',
    '@typescript-eslint/restrict-plus-operands': 'off',
    '@typescript-eslint/restrict-template-expressions': 'off',
    '@typescript-eslint/unbound-method': 'off',
    // Doubles of country code and systems may throw whatever they like.
    '@typescript-eslint/only-throw-error': 'off',
    '@typescript-eslint/prefer-promise-reject-errors': 'off'
  }
}

/** Programs that a person runs and reads. */
const programs = {
  files: ['examples/**/*.ts', 'bench/**/*.ts'],
  rules: { 'no-console': 'off' }
}

/** Configuration files and scripts, in plain JavaScript. */
const javascript = {
  files: ['**/*.{js,cjs,mjs}'],
  extends: [eslint.configs.recommended],
  languageOptions: {
    globals: {
      console: 'readonly',
      module: 'writable',
      process: 'readonly',
      require: 'readonly',
      URL: 'readonly',
      __dirname: 'readonly'
    }
  }
}

export default defineConfig(
  globalIgnores(['dist/', '.build/', 'coverage/', 'test/fixtures/']),
  typescript,
  shipped,
  sources,
  commands,
  tests,
  programs,
  javascript
)
