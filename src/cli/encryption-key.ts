import { Option, type Command } from 'commander'
import type { NationalIdError } from '../domain/errors'
import { systemClock } from '../internal/clock'
import { createCipher } from '../internal/encryption'
import type { EncryptionOption } from '../internal/key-ring'
import type { StoreDependencies } from '../store/store'
import type { Terminal } from './terminal'
import { wrongOption } from './wrong-option'

/** Adds `--key-env`. There is no option for the key itself: a command line is seen by others on the machine. */
export function addKeyOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--key-env <name>',
      'environment variable with what secrets.encryption has: the secret, or a ring as JSON, {"current":"…","keys":{"…":"…"}}'
    ).default('NATIONAL_ID_KEY')
  )
}

/**
 * What a store needs, with the keys from the environment.
 *
 * @throws NationalIdError `ERR_OPTIONS` when the variable is not set or does not hold a key; never with its text
 */
export async function dependenciesFrom(
  variable: string,
  terminal: Terminal
): Promise<StoreDependencies> {
  const text = terminal.variable(variable) ?? ''
  if (text === '')
    throw wrongOption(
      '--key-env',
      'names an environment variable that is not set'
    )
  const encryption = text.trimStart().startsWith('{') ? ringOf(text) : text
  return { cipher: await createCipher(encryption), clock: systemClock }
}

function ringOf(text: string): EncryptionOption {
  const ring = parsed(text)
  if (!isObject(ring)) throw notARing()
  const { current, keys } = ring
  if (typeof current !== 'string' || !isObject(keys)) throw notARing()
  const secrets: Record<string, string> = {}
  for (const [id, secret] of Object.entries(keys)) {
    if (typeof secret !== 'string') throw notARing()
    secrets[id] = secret
  }
  return { current, keys: secrets }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Its error would repeat a piece of the text.
    throw notARing()
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function notARing(): NationalIdError {
  return wrongOption(
    '--key-env',
    'must hold a secret, or JSON like {"current":"2026","keys":{"2025":"…","2026":"…"}}'
  )
}
