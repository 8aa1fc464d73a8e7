import { X509Certificate } from 'node:crypto'
import { NationalIdError } from '../../domain/errors'
import { resolveSecret, type Secret } from '../../internal/secret'
import type { SystemFinding } from '../system'
import { operationsOf } from './capabilities'
import { statusError } from './failures'
import { OSIA_INTERFACES, type OsiaInterface, type OsiaTopic } from './options'
import { scopesIn, scopesOf } from './scopes'
import { named, type OsiaParts, type Task } from './task'
import { publishes } from './ways'

/** Calls and tokens carry times: beyond this they may be refused. */
const SKEW_WARNING_MS = 30_000
const SKEW_FAILURE_MS = 180_000

const DAY_MS = 86_400_000

/** A certificate that ends sooner than this is told as a warning. */
const CERTIFICATE_WARNING_DAYS = 30

/**
 * Looks at the whole connection: the token and its scopes, every interface, the
 * clocks, the certificates and the topics. Changes nothing there and never
 * throws.
 */
export async function inspect(
  parts: OsiaParts,
  signal: AbortSignal
): Promise<SystemFinding[]> {
  const { urls } = parts.options
  const task: Task = { operation: 'check', reference: 'the doctor', signal }
  const found = [...(await certificates(parts)), ...(await token(parts, task))]
  for (const name of OSIA_INTERFACES) {
    if (urls[name] !== undefined) {
      found.push(...(await reach(parts, task, name)))
    }
  }
  if (publishes(parts.options)) found.push(await topics(parts, task))
  return found
}

/** What went wrong, in the words of our own errors alone. */
function reasonOf(error: unknown): string {
  return error instanceof NationalIdError
    ? error.message
    : 'It failed in a way that it should not.'
}

async function token(parts: OsiaParts, task: Task): Promise<SystemFinding[]> {
  const check = 'credentials'
  let text: string | undefined
  try {
    text = await parts.http.token(task.signal)
  } catch (error) {
    const remedy =
      'Check authentication, and that this server reaches tokenUrl.'
    return [{ check, state: 'failed', found: reasonOf(error), remedy }]
  }
  if (text === undefined) {
    return [{ check, state: 'ok', found: 'No token is sent.' }]
  }
  return [
    { check, state: 'ok', found: 'There is a token.' },
    scopes(parts, text)
  ]
}

function scopes({ options }: OsiaParts, text: string): SystemFinding {
  const check = 'scopes of the token'
  const held = scopesIn(text)
  if (held === undefined) {
    const found =
      'The token cannot be looked into, so its scopes are not known.'
    return { check, state: 'ok', found }
  }
  const missing = scopesOf(options).filter((scope) => !held.includes(scope))
  if (missing.length === 0) {
    return { check, state: 'ok', found: 'It has every scope that is needed.' }
  }
  return {
    check,
    state: 'failed',
    found: `It lacks ${missing.join(', ')}.`,
    remedy: 'Have these scopes given to our client; OSIA does not rename them.'
  }
}

/** Any answer below 500 shows that the interface is there; 401 that it does not know us. */
async function reach(
  parts: OsiaParts,
  task: Task,
  name: OsiaInterface
): Promise<SystemFinding[]> {
  const check = `interface ${name}`
  const call = named(parts, task, `the look at ${name}`)
  try {
    const asked = parts.clock.now()
    const response = await parts.http.send(
      { ...call, interface: name, method: 'GET', steps: ['v1'] },
      task.signal
    )
    const { status } = response
    if (status === 401 || status >= 500) {
      throw statusError(call, response, parts.clock.now())
    }
    const found = `It answers (${status}).`
    const date = Date.parse(response.headers.get('date') ?? '')
    const ok: SystemFinding = { check, state: 'ok', found }
    return Number.isNaN(date) ? [ok] : [ok, skew(name, date - asked)]
  } catch (error) {
    const remedy = `Check urls.${name}, and that this server reaches it.`
    return [{ check, state: 'failed', found: reasonOf(error), remedy }]
  }
}

function skew(name: OsiaInterface, differenceMs: number): SystemFinding {
  const check = `clock, as ${name} sees it`
  const apart = Math.abs(differenceMs)
  const seconds = Math.round(apart / 1000)
  if (apart < SKEW_WARNING_MS) {
    return { check, state: 'ok', found: `The clocks are ${seconds} s apart.` }
  }
  return {
    check,
    state: apart < SKEW_FAILURE_MS ? 'warning' : 'failed',
    found: `This server's clock is ${seconds} s ${differenceMs > 0 ? 'behind' : 'ahead of'} the other side's.`,
    remedy: 'Set both by NTP: tokens are checked by the time.'
  }
}

async function certificates({
  clock,
  options
}: OsiaParts): Promise<SystemFinding[]> {
  const { ca, cert } = options.tls ?? {}
  const named: Array<readonly [string, Secret | undefined]> = [
    ['tls.cert', cert],
    ['tls.ca', ca]
  ]
  const found: SystemFinding[] = []
  for (const [name, secret] of named) {
    if (secret !== undefined) {
      found.push(await certificate(name, secret, clock.now()))
    }
  }
  return found
}

async function certificate(
  name: string,
  secret: Secret,
  now: number
): Promise<SystemFinding> {
  const check = `certificate of ${name}`
  const remedy = `Give a new certificate in ${name}.`
  try {
    const { validFrom, validTo } = new X509Certificate(
      await resolveSecret(secret, name)
    )
    const days = Math.floor((Date.parse(validTo) - now) / DAY_MS)
    const found = `It is good from ${validFrom} to ${validTo}.`
    if (now > Date.parse(validTo) || now < Date.parse(validFrom)) {
      return { check, state: 'failed', found, remedy }
    }
    return days < CERTIFICATE_WARNING_DAYS
      ? { check, state: 'warning', found, remedy }
      : { check, state: 'ok', found }
  } catch (error) {
    const found =
      error instanceof NationalIdError
        ? error.message
        : 'It is no certificate in PEM.'
    return { check, state: 'failed', found, remedy }
  }
}

async function topics(parts: OsiaParts, task: Task): Promise<SystemFinding> {
  const check = 'topics'
  const needed = topicsNeeded(parts).map((topic) => parts.options.topics[topic])
  try {
    const call = named(parts, task, 'listTopics')
    const all = await parts.publisher.list(call, task.signal)
    const present = new Set(all.map(({ name }) => name))
    const missing = needed.filter((name) => !present.has(name))
    if (missing.length === 0) {
      return { check, state: 'ok', found: 'Every topic is there.' }
    }
    return {
      check,
      state: 'warning',
      found: `There is no topic ${missing.join(', ')} yet.`,
      remedy:
        'We make each at its first event. Nobody can have subscribed to it so far: tell the register, or correct `topics`.'
    }
  } catch (error) {
    const remedy = 'Check urls.notification and the scope notif.topic.read.'
    return { check, state: 'failed', found: reasonOf(error), remedy }
  }
}

function topicsNeeded({ options }: OsiaParts): OsiaTopic[] {
  const operations = operationsOf(options)
  const { foetalDeathEvents } = options
  return [
    ...(operations.includes('createIdentity') ? (['liveBirth'] as const) : []),
    ...(foetalDeathEvents.length > 0 ? (['foetalDeath'] as const) : []),
    'death',
    'changeOfName',
    'changeOfGender',
    'updatePerson'
  ]
}
