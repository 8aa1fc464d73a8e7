import Ajv from 'ajv'

/** Where deliveries were kept; a bare hapi server keeps none. */
export type StoreKind = 'none' | 'sqlite' | 'postgres'

/** One row of the result. */
export type Run = {
  /** What was measured; the rows to compare with begin with `bare hapi`. */
  scenario: string
  store: StoreKind
  /** Units at a time. */
  concurrency: number
  /** Deliveries that wait in the store meanwhile. */
  backlog: number
  /** Units. */
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** Processor time of the server for one unit. */
  cpuMsPerUnit: number
  rssMb: number
  /** Units per second, as a share of the bare hapi server's of the same runs. */
  ratioToBareHapi: number
}

/** What was measured on. */
export type Machine = {
  cpu: string
  cores: number
  memoryGb: number
  platform: string
  node: string
  /** What the load generator itself costs, measured against a server that does nothing. */
  loadGenerator?: {
    /** Processor time of the generator for one call. */
    cpuMsPerCall: number
    /** Latency of that call, one at a time. */
    p50Ms: number
    p99Ms: number
  }
}

/** The JSON that a run of the bench writes. */
export type BenchResult = { machine: Machine; runs: readonly Run[] }

const figure = { type: 'number', minimum: 0 }

const runProperties = {
  scenario: { type: 'string', minLength: 1 },
  store: { enum: ['none', 'sqlite', 'postgres'] },
  concurrency: { type: 'integer', minimum: 1 },
  backlog: { type: 'integer', minimum: 0 },
  perSecond: figure,
  p50Ms: figure,
  p99Ms: figure,
  cpuMsPerUnit: figure,
  rssMb: figure,
  ratioToBareHapi: figure
}

const validate = new Ajv({ allErrors: true }).compile<BenchResult>({
  type: 'object',
  required: ['machine', 'runs'],
  additionalProperties: false,
  properties: {
    machine: {
      type: 'object',
      required: ['cpu', 'cores', 'memoryGb', 'platform', 'node'],
      properties: {
        cpu: { type: 'string' },
        cores: { type: 'integer', minimum: 1 },
        memoryGb: figure,
        platform: { type: 'string' },
        node: { type: 'string' },
        loadGenerator: {
          type: 'object',
          required: ['cpuMsPerCall', 'p50Ms', 'p99Ms'],
          additionalProperties: false,
          properties: { cpuMsPerCall: figure, p50Ms: figure, p99Ms: figure }
        }
      }
    },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: Object.keys(runProperties),
        additionalProperties: false,
        properties: runProperties
      }
    }
  }
})

/** @throws Error that names every place where it is not what the bench writes */
export function readResult(text: string): BenchResult {
  const result: unknown = JSON.parse(text)
  if (validate(result)) return result
  const problems = (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath || '/'} ${message ?? ''}`
  )
  throw new Error(`this is no result of the bench: ${problems.join('; ')}`)
}

/** Whether a row is one of those that the others are compared with. */
export function isBare({ scenario }: Pick<Run, 'scenario'>): boolean {
  return scenario.startsWith('bare hapi')
}
