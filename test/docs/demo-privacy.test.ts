import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import fc from '../fast-check'
import type { WatchReport } from './watched-demo'

/** Played at the same time; the longest one first. */
const PARTS = ['osia', 'mosip', 'http', 'osia-later'] as const

/** What each part must have written for the search to mean something. */
const SIGNS = [
  '"level":',
  'decision.taken',
  'delivery.confirmed',
  '/trigger/events/birth/actions/REGISTER',
  'national_id_'
]

const [seed = 0] = fc.sample(fc.integer({ min: 1, max: 1_000_000_000 }), 1)
const folder = mkdtempSync(path.join(tmpdir(), 'demo-privacy-'))

type Part = (typeof PARTS)[number]
type Watched = { report: WatchReport; printed: string }

const watched = new Map<Part, Watched>()

/** Plays a part of the demo with random people. */
async function play(part: Part): Promise<void> {
  const file = path.join(folder, `${part}.json`)
  const typescript = path.join(
    __dirname,
    '../sandbox/openid-provider/register-typescript.js'
  )
  const child = spawn(
    process.execPath,
    [
      '--require',
      typescript,
      path.join(__dirname, 'watched-demo.ts'),
      part,
      file
    ],
    { env: { ...process.env, DEMO_SEED: String(seed) } }
  )
  const printed: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => printed.push(chunk.toString('utf8')))
  const [status] = (await once(child, 'close')) as [number | null]
  const text = printed.join('')
  if (status !== 0) throw new Error(`seed ${seed}, ${part}: ${text}`)
  const report = JSON.parse(readFileSync(file, 'utf8')) as WatchReport
  watched.set(part, { report, printed: text })
}

beforeAll(async () => {
  await Promise.all(PARTS.map(play))
}, 120_000)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function of(part: Part): Watched {
  const found = watched.get(part)
  if (found === undefined) throw new Error(`${part} was not played`)
  return found
}

/** What the demo prints besides what it looks at in the end, which is the record itself. */
function withoutLooks(printed: string): string {
  return printed
    .split('\n')
    .filter((line) => !/^ {2}[✓✗] |^ {4}expected /.test(line))
    .join('\n')
}

/** A value, and what an encoding makes of it. */
function formsOf(value: string): string[] {
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '')
  return [
    value,
    value.replaceAll('-', '/'),
    value.toLowerCase(),
    encodeURIComponent(value),
    base64
  ]
}

/** Values that are found, each with what stands around it. */
function leaksIn(
  texts: Record<string, string>,
  values: readonly string[]
): string[] {
  const forms = new Set(values.flatMap(formsOf))
  return Object.entries(texts).flatMap(([where, text]) =>
    [...forms]
      .filter((form) => text.includes(form))
      .map((form) => {
        const at = text.indexOf(form)
        const around = text.slice(Math.max(0, at - 80), at + 80)
        return `seed ${seed}, ${where}: ${form} in ${around}`
      })
  )
}

/** What the standard puts into addresses of the register's (docs/systems/osia.md, `urls`). */
function isOsiaPerson(address: string): boolean {
  return /\/v1\/persons(\/|\?)/.test(address)
}

describe.each(PARTS)('the part %s of the demo with random people', (part) => {
  it('writes nothing personal and nothing secret: no log, event, error, metric, delivery, audit entry or file', () => {
    const { printed, report } = of(part)
    const { disk, personal, secret, written } = report
    const texts = { ...written, disk, printed: withoutLooks(printed) }
    for (const where of ['audit', 'deliveries', 'events', 'log', 'metrics'])
      expect(written).toHaveProperty(where)
    expect(leaksIn(texts, [...personal, ...secret])).toEqual([])
    const all = Object.values(texts).join('\n')
    expect(SIGNS.filter((sign) => !all.includes(sign))).toEqual([])
  })

  it('puts nobody into an address, but where OSIA does', () => {
    const { report } = of(part)
    const addresses = report.addresses
      .filter(({ address }) => !isOsiaPerson(address))
      .map(({ method, address }) => `${method} ${address}`)
    expect(addresses.length).toBeGreaterThan(20)
    const texts = { addresses: addresses.join('\n') }
    expect(leaksIn(texts, report.personal)).toEqual([])
  })

  it('finds what it looks for: planted values, and the people at the other side', () => {
    const { disk, personal, received, secret, written } = of(part).report
    const reached = personal.filter((value) => received.includes(value))
    expect(reached.length).toBeGreaterThanOrEqual(10)
    expect(secret.length).toBeGreaterThanOrEqual(15)
    expect(Math.min(...[...personal, ...secret].map(lengthOf))).toBeGreaterThan(
      6
    )
    for (const value of [...reached, ...secret])
      for (const [where, text] of Object.entries({ ...written, disk })) {
        const planted = `${text.slice(0, 500)} ${value}`
        expect(leaksIn({ [where]: planted }, [value])).not.toEqual([])
      }
  })
})

function lengthOf({ length }: string): number {
  return length
}
