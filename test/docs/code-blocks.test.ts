import { readdirSync, readFileSync } from 'node:fs'
import * as path from 'node:path'
import * as ts from 'typescript'

const ROOT = path.join(__dirname, '../..')

/** What a reader has around a snippet; a snippet that declares one of these itself does without it. */
const SURROUNDINGS: Record<string, string> = {
  env: 'declare const env: Record<string, string>',
  server: "declare const server: import('@hapi/hapi').Server",
  onAnyActionHandler:
    "declare const onAnyActionHandler: import('@hapi/hapi').Lifecycle.Method",
  generateRegistrationNumber:
    'declare function generateRegistrationNumber(): Promise<string>',
  requireMotherDetails:
    "declare const requireMotherDetails: import('opencrvs-national-id/form-fields').Condition",
  nameField:
    "declare const nameField: { id: string; type: 'NAME'; label: import('opencrvs-national-id/form-fields').Message }",
  dobField:
    "declare const dobField: { id: string; type: 'DATE'; label: import('opencrvs-national-id/form-fields').Message }",
  readSecret: 'declare function readSecret(name: string): Promise<string>',
  nationalId:
    "declare const nationalId: import('opencrvs-national-id').NationalId"
}

type Snippet = { name: string; code: string }

function pages(): string[] {
  const docs = readdirSync(path.join(ROOT, 'docs'), { recursive: true })
  return [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...docs.map((file) => path.join('docs', String(file)))
  ].filter((file) => file.endsWith('.md'))
}

function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(path.join(ROOT, page), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => ({
    name: `${page}:${text.slice(0, match.index).split('\n').length + 1}`,
    code: match[1] ?? ''
  }))
}

/** A snippet that shows only some options stands where `createNationalId` takes them. */
function asModule({ code }: Snippet): string {
  const needed = Object.entries(SURROUNDINGS)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(code))
    .filter(([name]) => !new RegExp(`(const|function) ${name}\\b`).test(code))
    .map(([, declaration]) => declaration)
  return [code, ...needed, 'export {}'].join('\n')
}

function problemsOf(snippets: readonly Snippet[]): string[] {
  const files = new Map(
    snippets.map((snippet, index) => [
      path.join(ROOT, 'test/docs', `snippet-${index}.ts`),
      snippet
    ])
  )
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.es2024.string.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
    esModuleInterop: true,
    types: ['node'],
    typeRoots: [path.join(ROOT, 'node_modules/@types')],
    paths: {
      'opencrvs-national-id': [path.join(ROOT, 'src/index.ts')],
      'opencrvs-national-id/form-fields': [
        path.join(ROOT, 'src/form-fields/index.ts')
      ],
      'opencrvs-national-id/opencrvs': [
        path.join(ROOT, 'src/opencrvs/index.ts')
      ],
      'opencrvs-national-id/sandbox': [path.join(ROOT, 'src/sandbox/index.ts')]
    }
  }
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists } = host
  host.readFile = (file) => {
    const snippet = files.get(file)
    return snippet === undefined ? readFile(file) : asModule(snippet)
  }
  host.fileExists = (file) => files.has(file) || fileExists(file)
  const program = ts.createProgram([...files.keys()], options, host)
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const name = files.get(diagnostic.file?.fileName ?? '')?.name ?? 'elsewhere'
    return `${name} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`
  })
}

describe('the code in the docs', () => {
  it('compiles as it stands', () => {
    const snippets = pages().flatMap(snippetsOf)
    expect(snippets.length).toBeGreaterThan(3)
    expect(problemsOf(snippets)).toEqual([])
  })

  it('is really compiled: a misspelt option is noticed', () => {
    const [first] = snippetsOf('README.md')
    const code = (first?.code ?? '').replace('gatewayUrl', 'gatewayURL')
    expect(problemsOf([{ name: 'misspelt', code }])).toEqual([
      expect.stringContaining('gatewayURL')
    ])
  })

  it('links only to pages that exist', () => {
    const missing = pages().flatMap((page) => {
      const text = readFileSync(path.join(ROOT, page), 'utf8')
      return [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map((match) => path.join(path.dirname(page), match[1] ?? ''))
        .filter((target) => !ts.sys.fileExists(path.join(ROOT, target)))
        .filter((target) => !ts.sys.directoryExists(path.join(ROOT, target)))
    })
    expect(missing).toEqual([])
  })
})
