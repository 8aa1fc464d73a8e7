import type { X509Certificate } from 'node:crypto'
import { NationalIdError } from '../../domain/errors'
import { sleep, type Clock } from '../../internal/clock'
import type { Logger } from '../../internal/logger'
import type { SystemFinding } from '../system'
import { readCertificate, readKey } from './keys'
import type { CheckedMosipOptions, MosipKey } from './options'

/** A certificate of the options, not read yet. */
export type NamedCertificate = {
  /** Where it stands in the options. */
  option: string
  read: () => Promise<X509Certificate>
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Partners renew certificates by hand, at two organisations. */
const WARN_BEFORE_MS = 30 * DAY_MS

/** The certificates whose end would stop something. */
export function certificatesOf(
  options: CheckedMosipOptions
): NamedCertificate[] {
  const { ida, websub } = options
  const found: NamedCertificate[] = []
  for (const [index, key] of keysOf(websub?.keys).entries()) {
    found.push(ofKey(key, `websub.keys[${index}]`))
  }
  if (ida !== undefined) {
    found.push({
      option: 'ida.certificate',
      read: () => readCertificate(ida.certificate, 'ida.certificate')
    })
    found.push(ofKey(ida.signingKey, 'ida.signingKey'))
  }
  return found
}

/** One key or several, as a list. */
export function keysOf(
  keys: MosipKey | readonly MosipKey[] | undefined
): readonly MosipKey[] {
  if (keys === undefined) return []
  return isList(keys) ? keys : [keys]
}

function isList(
  keys: MosipKey | readonly MosipKey[]
): keys is readonly MosipKey[] {
  return Array.isArray(keys)
}

function ofKey(key: MosipKey, option: string): NamedCertificate {
  return {
    option,
    read: async () => (await readKey(key, option)).certificate
  }
}

/** Whether a certificate can be read and is in force, now and for a while. */
export async function inspectCertificate(
  { option, read }: NamedCertificate,
  now: number
): Promise<SystemFinding> {
  const check = `certificate of ${option}`
  const remedy =
    'Get a new certificate, exchange it with MOSIP, and put it into the options beside the old one (docs/systems/mosip.md, "Keys and certificates").'
  try {
    const { validFrom, validTo } = await read()
    const end = Date.parse(validTo)
    const day = new Date(end).toISOString().slice(0, 10)
    if (end <= now) {
      return { check, state: 'failed', found: `It ended on ${day}.`, remedy }
    }
    if (Date.parse(validFrom) > now) {
      const found = 'It is not in force yet.'
      return { check, state: 'failed', found, remedy: 'Compare the clocks.' }
    }
    return end - now < WARN_BEFORE_MS
      ? { check, state: 'warning', found: `It ends on ${day}.`, remedy }
      : { check, state: 'ok', found: `It is in force until ${day}.` }
  } catch (error) {
    const found =
      error instanceof NationalIdError ? error.message : 'It cannot be read.'
    return { check, state: 'failed', found, remedy }
  }
}

/** Looks at the certificates at the start and then once a day, and logs those that need somebody. */
export function watchCertificates(
  certificates: readonly NamedCertificate[],
  about: { system: string; clock: Clock; logger?: Logger }
): { start(): void; stop(): Promise<void> } {
  const end = new AbortController()
  let loop: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    while (!end.signal.aborted) {
      for (const certificate of certificates) {
        const { check, found, state } = await inspectCertificate(
          certificate,
          about.clock.now()
        )
        if (state === 'ok') continue
        about.logger?.warn(
          { system: about.system, check, found },
          'a certificate needs attention'
        )
      }
      await sleep(DAY_MS, end.signal)
    }
  }

  return {
    start() {
      loop = look()
    },
    async stop() {
      end.abort()
      await loop
    }
  }
}
