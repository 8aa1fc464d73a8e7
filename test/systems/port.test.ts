import { readdirSync, readFileSync, statSync } from 'node:fs'
import * as path from 'node:path'

const SRC = path.join(__dirname, '../../src')

/** What may know of systems in general, and of no single one. */
const NEUTRAL = [
  'systems/system.ts',
  'delivery',
  'domain',
  'handlers',
  'internal/system-call.ts',
  'store'
]

/** Names of systems and of their own notions, wherever they stand in a word. */
const OF_ONE_SYSTEM = /mosip|osia|esignet|in.?groupe|websub|\bpackets?\b/i

/** Shorter ones, which are also parts of other words: as a word of their own, or of a name in camel case. */
const SHORT = /(?<![a-z])(uin|vid|rid|ida|psut)(?![a-z])/i
const SHORT_IN_A_NAME =
  /(?<=[a-z])(Uin|UIN|Vid|VID|Rid|RID|Ida|IDA|Psut|PSUT)(?![a-z])/

/** Where such a word may stand all the same, and why. */
const ALLOWED: Record<string, { words: RegExp; why: string }> = {
  'internal/system-call.ts': {
    words: /at 5xx: `MOSIP`/,
    why: 'an example, in a comment, of the name that an adapter gives itself in its errors'
  },
  'handlers/confirmation.ts': {
    words: /\(WebSub hubs\)/,
    why: 'WebSub is a standard of the W3C: its hubs end the address that they were given with a slash'
  }
}

function filesOf(place: string): string[] {
  const whole = path.join(SRC, place)
  if (statSync(whole).isFile()) return [place]
  return readdirSync(whole, { recursive: true })
    .map((file) => path.join(place, String(file)))
    .filter((file) => file.endsWith('.ts'))
}

function knowsOneSystem(line: string): boolean {
  return [OF_ONE_SYSTEM, SHORT, SHORT_IN_A_NAME].some((words) =>
    words.test(line)
  )
}

function foundIn(file: string): string[] {
  const allowed = ALLOWED[file]?.words ?? /$^/
  return readFileSync(path.join(SRC, file), 'utf8')
    .split('\n')
    .map((line, at) => ({ line: line.replace(allowed, ''), at: at + 1 }))
    .filter(({ line }) => knowsOneSystem(line))
    .map(({ line, at }) => `${file}:${at} ${line.trim()}`)
}

describe('the port to national ID systems', () => {
  it('has no word of a single system, nor has what stands behind it', () => {
    const files = NEUTRAL.flatMap(filesOf)
    expect(files.length).toBeGreaterThan(60)
    expect(files.flatMap(foundIn)).toEqual([])
  })

  it('is not asked for its name: nothing behaves otherwise for one system', () => {
    // Of the system that an answer came from, only what is written down uses the name.
    const compared =
      /\bsystem\??\.name\s*[!=]==?|[!=]==?\s*[\w.]*\bsystem\??\.name\b|switch \([\w.]*system\.name\)|\bsystemName\b/
    const places = NEUTRAL.flatMap(filesOf).filter((file) =>
      compared.test(readFileSync(path.join(SRC, file), 'utf8'))
    )
    expect(places).toEqual([])
  })

  it('needs each exception that it makes', () => {
    for (const [file, { words, why }] of Object.entries(ALLOWED)) {
      const text = readFileSync(path.join(SRC, file), 'utf8')
      expect({ file, needed: words.test(text) }).toEqual({ file, needed: true })
      expect(why.length).toBeGreaterThan(20)
    }
  })

  it.each([
    "if (system.name === 'mosip') return",
    'const uin = answer.identifier',
    'vid: string',
    'generateUin()',
    'readsPersonByUIN',
    'the OSIA register',
    'createPacket(packet)'
  ])('would notice %j', (line) => {
    expect(knowsOneSystem(line)).toBe(true)
  })

  it.each(['provider', 'evidence', 'overridden', 'individual', 'a valid id'])(
    'lets %j be',
    (line) => {
      expect(knowsOneSystem(line)).toBe(false)
    }
  )
})
