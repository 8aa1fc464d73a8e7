// Who may import whom. A row of `layers` names a folder of src and the only
// other places in src that it may import; itself is always allowed.

const ports = ['systems/system.ts', 'store/store.ts']

// What the country's options may hold of sign-in and QR codes.
const proofs = [
  'authentication/relying-party.ts',
  'authentication/credential-verifier.ts'
]

const layers = {
  domain: [],
  internal: ['domain'],
  'form-fields': ['domain'],
  opencrvs: ['domain', 'internal'],
  authentication: ['domain', 'internal', 'store/store.ts'],
  delivery: ['domain', 'internal', 'opencrvs/core.ts', ...ports],
  config: ['domain', 'internal', ...ports, ...proofs],
  handlers: [
    'domain',
    'internal',
    'delivery',
    'authentication',
    'config',
    'opencrvs',
    ...ports
  ],
  operations: [
    'domain',
    'internal',
    'delivery',
    'authentication',
    'config',
    'opencrvs',
    ...ports
  ],
  // The playground shows our fields as OpenCRVS would; the contract that a
  // country's own system is checked with speaks of the port.
  sandbox: ['domain', 'internal', 'form-fields', 'systems/system.ts']
}

function escape(path) {
  return path.replace(/[.]/g, '\\.')
}

function anyOf(paths) {
  return paths
    .map((path) => `^src/${escape(path)}${path.endsWith('.ts') ? '$' : '/'}`)
    .join('|')
}

const layerRules = Object.entries(layers).map(([folder, allowed]) => ({
  name: `${folder}-imports`,
  severity: 'error',
  comment: `src/${folder} may import only: ${allowed.join(', ') || 'nothing'}`,
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: anyOf([folder, ...allowed]) }
}))

/** Adapters know their port and the two lowest layers, never each other. */
const adapterRules = ['systems', 'store'].flatMap((kind) => {
  const port = kind === 'systems' ? 'systems/system.ts' : 'store/store.ts'
  // The tables and queries that every SQL store shares.
  const shared = kind === 'store' ? ['store/kysely'] : []
  return [
    {
      name: `${kind}-adapter-imports`,
      severity: 'error',
      comment: 'an adapter imports its port, domain and internal',
      from: { path: `^src/${kind}/([^/]+)/` },
      to: {
        path: '^src/',
        pathNot: `^src/${kind}/$1/|${anyOf([port, 'domain', 'internal', ...shared])}`
      }
    },
    {
      name: `${kind}-port-imports`,
      severity: 'error',
      comment: 'a port speaks in the words of domain and internal',
      from: { path: `^src/${kind}/[^/]+\\.ts$` },
      to: {
        path: '^src/',
        pathNot: `^src/${kind}/[^/]+\\.ts$|${anyOf(['domain', 'internal'])}`
      }
    }
  ]
})

module.exports = {
  forbidden: [
    ...layerRules,
    ...adapterRules,
    {
      name: 'domain-stands-alone',
      severity: 'error',
      comment: 'domain imports no package and no part of Node',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' }
    },
    {
      name: 'ports-as-types',
      severity: 'error',
      comment:
        'delivery, config and sandbox see ports, never an adapter behind one',
      from: { path: '^src/(delivery|config|sandbox)/' },
      to: {
        path: anyOf([...ports, ...proofs, 'opencrvs/core.ts']),
        dependencyTypesNot: ['type-only']
      }
    },
    {
      name: 'sandbox-stays-out',
      severity: 'error',
      comment: 'simulators are never loaded by what runs in production',
      from: { path: '^src/', pathNot: '^src/(sandbox|cli)/' },
      to: { path: '^src/sandbox/' }
    },
    {
      name: 'hapi-at-the-door',
      severity: 'error',
      comment: '@hapi/* only in the plugin, handlers, operations and sandbox',
      from: {
        path: '^src/',
        pathNot:
          '^src/((plugin|national-id)\\.ts$|(handlers|operations|sandbox)/)'
      },
      to: { path: '(^|node_modules/)@hapi/' }
    },
    {
      name: 'sqlite-driver',
      severity: 'error',
      comment: 'a database driver is known to its own store alone',
      from: { path: '^src/', pathNot: '^src/store/sqlite/' },
      to: { path: '(^|node_modules/)(@types/)?better-sqlite3' }
    },
    {
      name: 'postgres-driver',
      severity: 'error',
      comment: 'a database driver is known to its own store alone',
      from: { path: '^src/', pathNot: '^src/store/postgres/' },
      to: { path: '(^|node_modules/)(@types/)?pg($|/)' }
    },
    {
      name: 'sql-in-the-store',
      severity: 'error',
      comment: 'queries are written in src/store alone',
      from: { path: '^src/', pathNot: '^src/store/' },
      to: { path: '(^|node_modules/)kysely' }
    },
    {
      name: 'src-alone',
      severity: 'error',
      comment: 'what ships depends on nothing that does not',
      from: { path: '^src/' },
      to: { path: '^(test|examples|bench|scripts|dist|\\.build)/' }
    },
    {
      name: 'declared-dependencies',
      severity: 'error',
      comment: 'src may use only what a country gets installed with us',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        // Types alone, which leave no trace at run time.
        pathNot: '(^|node_modules/)@types/',
        dependencyTypesNot: ['npm-peer']
      }
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      comment: 'the file or package does not exist',
      from: { path: '^src/' },
      to: { couldNotResolve: true }
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'two files that need each other are one file, or three',
      from: { path: '^src/' },
      to: { circular: true }
    },
    {
      name: 'file-names',
      severity: 'error',
      comment: 'files are kebab-case and say what they are for',
      from: {},
      to: {
        path: '^src/.*([A-Z_]|(^|/)(utils?|helpers?|common|managers?|services?)(/|\\.ts$))'
      }
    }
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'require', 'types', 'default']
    }
  }
}
