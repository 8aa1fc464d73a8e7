import { NationalIdError } from '../../domain/errors'
import type { Clock } from '../../internal/clock'
import type { SystemFinding } from '../system'
import type { TokenSource } from './auth-manager'
import { inspectCertificate, type NamedCertificate } from './certificates'
import { mappingProblems, type Flow } from './flows'
import type { IdSchema } from './id-schema'
import type { Subscriptions, SubscriptionState } from './subscription'

/** What there is to look at. */
export type InspectParts = {
  clock: Clock
  /** Token sources, by where their client stands in the options. */
  tokens: ReadonlyMap<string, TokenSource>
  certificates: readonly NamedCertificate[]
  subscriptions: Subscriptions | undefined
  schema: IdSchema
  flows: readonly Flow[]
}

/** IDA refuses requests whose time differs by minutes; a token may already have ended. */
const SKEW_WARNING_MS = 30_000
const SKEW_FAILURE_MS = 180_000

/** Looks at the whole connection to MOSIP. Never throws. */
export async function inspect(
  parts: InspectParts,
  signal: AbortSignal
): Promise<SystemFinding[]> {
  const found: SystemFinding[] = []
  for (const [option, tokens] of parts.tokens) {
    found.push(...(await credentials(option, tokens, parts.clock, signal)))
  }
  for (const certificate of parts.certificates) {
    found.push(await inspectCertificate(certificate, parts.clock.now()))
  }
  found.push(...subscriptionFindings(parts.subscriptions))
  found.push(schemaFinding(parts.schema))
  return [...found, ...parts.flows.map((flow) => mapping(flow, parts.schema))]
}

async function credentials(
  option: string,
  tokens: TokenSource,
  clock: Clock,
  signal: AbortSignal
): Promise<SystemFinding[]> {
  const check = `credentials of ${option}`
  try {
    const { serverTime } = await tokens.probe(signal)
    const ok: SystemFinding = {
      check,
      state: 'ok',
      found: 'MOSIP was reached and gave a token.'
    }
    return serverTime === undefined
      ? [ok]
      : [ok, skew(option, serverTime - clock.now())]
  } catch (error) {
    const found =
      error instanceof NationalIdError
        ? error.message
        : 'MOSIP could not be asked for a token.'
    const remedy = `Check baseUrl and that this server reaches it, then ${option}.clientId and secretKey against MOSIP's Keycloak.`
    return [{ check, state: 'failed', found, remedy }]
  }
}

function skew(option: string, differenceMs: number): SystemFinding {
  const check = `clock, as ${option} sees it`
  const apart = Math.abs(differenceMs)
  const seconds = Math.round(apart / 1000)
  if (apart < SKEW_WARNING_MS) {
    return { check, state: 'ok', found: `The clocks are ${seconds} s apart.` }
  }
  return {
    check,
    state: apart < SKEW_FAILURE_MS ? 'warning' : 'failed',
    found: `This server's clock is ${seconds} s ${differenceMs > 0 ? 'behind' : 'ahead of'} MOSIP's.`,
    remedy: 'Set both by NTP: IDA refuses requests from another time.'
  }
}

const STATES: Readonly<
  Record<SubscriptionState, Pick<SystemFinding, 'state' | 'found' | 'remedy'>>
> = {
  active: { state: 'ok', found: 'The hub delivers it to us.' },
  new: {
    state: 'warning',
    found: 'The hub was not asked yet.',
    remedy: 'It is asked once the server has started.'
  },
  asked: {
    state: 'warning',
    found: 'The hub was asked, and has not checked the request with us yet.',
    remedy:
      'If it stays so, the hub cannot reach websub.callbackUrl: check it from the hub’s side.'
  },
  denied: {
    state: 'failed',
    found: 'The hub denies the subscription.',
    remedy:
      'Check websub.partnerId and topics, and that the WebSub client has the subscriber role for the topic; the log has the hub’s reason.'
  },
  failing: {
    state: 'failed',
    found: 'The hub could not be asked.',
    remedy: 'Check websub.hubUrl and websub.client; the log has the code.'
  }
}

function subscriptionFindings(
  subscriptions: Subscriptions | undefined
): SystemFinding[] {
  return (subscriptions?.topics ?? []).map((topic) => ({
    check: `subscription to ${topic}`,
    ...STATES[subscriptions?.state(topic) ?? 'new']
  }))
}

function schemaFinding({
  fields,
  unreadable,
  version
}: IdSchema): SystemFinding {
  const check = 'id schema'
  if (unreadable.length === 0) {
    const found = `Version ${version} with ${fields.length} fields.`
    return { check, state: 'ok', found }
  }
  return {
    check,
    state: 'warning',
    found: `The patterns of ${unreadable.join(', ')} are not checked before sending.`,
    remedy:
      'They are written for Java alone; have them changed if packets are refused for these fields.'
  }
}

/** Whether a flow's fields are those of the schema. What a record has for them is seen when it is sent. */
function mapping(flow: Flow, schema: IdSchema): SystemFinding {
  const check = `fields of ${flow.name}`
  const problems = mappingProblems(flow, schema)
  if (problems.length === 0) {
    const count = Object.keys(flow.fields).length
    return { check, state: 'ok', found: `${count} fields are mapped.` }
  }
  return {
    check,
    state: 'failed',
    found: `${problems.join('; ')}.`,
    remedy:
      'Correct fields or mandatory of this flow in the options, or idSchema (docs/systems/mosip.md, "Fields").'
  }
}
