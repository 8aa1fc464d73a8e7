import { isIPv4 } from 'node:net'
import type { CheckedOptions } from './checked-options'
import { isSystemFactory } from './checks/system-checks'
import { resolvePersons } from './people'
import type { Weakening } from './resolved'
import { conditionFields } from './rules/condition'
import { showPath } from './schema/option-path'

/** The options that weaken a safeguard, each with what that means. They are logged at start. */
export function weakeningsOf(options: CheckedOptions): Weakening[] {
  const { authentication, store, system } = options
  return [
    ...addressWeakenings(options),
    ...switchWeakenings(options),
    ...claimWeakenings(options),
    ...(isSystemFactory(system) ? system.weakenings('system') : []),
    ...(store.weakenings?.('store') ?? []),
    ...(authentication.oidc?.weakenings('authentication.oidc') ?? []),
    ...(authentication.qr?.weakenings('authentication.qr') ?? [])
  ]
}

function addressWeakenings({
  publicUrl,
  opencrvs
}: CheckedOptions): Weakening[] {
  const addresses = {
    publicUrl,
    ...(opencrvs.clientUrl === undefined
      ? {}
      : { 'opencrvs.clientUrl': opencrvs.clientUrl }),
    'opencrvs.gatewayUrl': opencrvs.gatewayUrl,
    'opencrvs.authUrl': opencrvs.authUrl
  }
  return Object.entries(addresses)
    .filter(([, address]) => isOpenHttp(new URL(address)))
    .map(([option]) => ({
      option,
      effect:
        'http: to a host outside a private network, so anybody on the way can read and change what is sent'
    }))
}

function switchWeakenings({ policies, metrics }: CheckedOptions): Weakening[] {
  const { updates, death, trustFormStatuses } = policies
  const all: Array<Weakening & { on: boolean }> = [
    {
      on: trustFormStatuses,
      option: 'policies.trustFormStatuses',
      effect:
        'identity statuses are believed as the form claims them, so anyone who can send a declaration can claim them'
    },
    {
      on: updates.allowAdults,
      option: 'policies.updates.allowAdults',
      effect:
        'corrections of adults change the ID system, which OpenCRVS advises against'
    },
    {
      on: death.deactivate !== undefined,
      option: 'policies.death.deactivate',
      effect:
        'identities are deactivated after a death, which OpenCRVS advises against: a mistaken death takes a living person off services'
    },
    {
      on: metrics?.allowAnonymous === true,
      option: 'metrics.allowAnonymous',
      effect: 'anybody who reaches this server can read the metrics'
    }
  ]
  return all
    .filter(({ on }) => on)
    .map(({ option, effect }) => ({ option, effect }))
}

/**
 * Conditions that read a status field. They are given what is proven, and only while the form is believed do they read
 * a claim, whoever made it.
 */
function claimWeakenings({
  events,
  opencrvs,
  policies
}: CheckedOptions): Weakening[] {
  if (!policies.trustFormStatuses) return []
  return Object.entries(events).flatMap(([type, event]) => {
    const persons = resolvePersons(event, opencrvs.version)
    const claims = new Set(persons.map(({ statusField }) => statusField))
    return Object.entries(event.rules).flatMap(([key, rules]) =>
      rules.flatMap((rule, index) => {
        const fields = rule.when === undefined ? [] : conditionFields(rule.when)
        const read = fields.filter((field) => claims.has(field))
        if (read.length === 0) return []
        return [
          {
            option: showPath(['events', type, 'rules', key, index, 'when']),
            effect: `the rule "${rule.name}" reads ${read.join(', ')}, which anyone who can send a declaration can claim`
          }
        ]
      })
    )
  })
}

const PRIVATE_IPV4 =
  /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/
const PRIVATE_IPV6 = /^\[(::1|f[cd][0-9a-f]{2}:.*|fe80:.*)\]$/
const PRIVATE_NAME = /(^localhost|\.(localhost|local|internal|svc|lan))$/

/** Whether an address is plain http and not within one machine, cluster or private network. */
function isOpenHttp({ protocol, hostname }: URL): boolean {
  if (protocol !== 'http:') return false
  // A name without a dot is one of the container network.
  const isName = /^[a-z0-9_-]+$/i.test(hostname)
  const isPrivate = isIPv4(hostname)
    ? PRIVATE_IPV4.test(hostname)
    : PRIVATE_IPV6.test(hostname) || PRIVATE_NAME.test(hostname)
  return !isName && !isPrivate
}
