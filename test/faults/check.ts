/** What the three ledgers have about one registration. */
export type Facts = {
  number: number
  eventId?: string
  type: 'birth' | 'death'
  /** Core asked about it twice at the same time. */
  isAskedTwice?: boolean
  /** Core's: actions that it asked about, with the answers that it has stored. */
  actions: Array<{ id: string; answers: string[] }>
  /** Core's: the identifier in the record. */
  inRecord?: string
  /** Core's: how search shows the record. */
  shown?: string
  /** The ID system's: identifiers issued, notifications taken, refusals given. */
  issued: readonly string[]
  told: number
  refused: number
  /** Ours. */
  deliveries: ReadonlyArray<{
    actionId: string
    part: string
    state: string
    lastCode?: string
    stalledAt?: string
  }>
}

/** One thing that is not as it must be. */
export type Finding = {
  kind: 'lost' | 'duplicated' | 'stuck' | 'parked' | 'misshown' | 'contradicted'
  number: number
  /** Where to look in the log. */
  eventId?: string
  what: string
}

const OPEN = ['queued', 'submitted', 'answered']

/**
 * Compares what core was told, what the ID system has done and what we hold. `parked` is no fault: a person was told,
 * and knows what to do. Nor is `misshown`: the record is right and search is behind, as core leaves it when its
 * documents service fails after the record was stored (FACTS B10), or when it gets a late answer to a trigger that was
 * sent twice (C6); core's next action on the record puts it right. `contradicted` is what two servers bring about that
 * are asked about one action at the same time, and of which one takes it while the other cannot (it had no key to check
 * the token with, or no store): core keeps the refusal, and the delivery is parked for a person.
 */
export function check(facts: readonly Facts[]): Finding[] {
  return facts.flatMap((fact) => [
    ...stuck(fact),
    ...duplicated(fact),
    ...lost(fact),
    ...misshown(fact)
  ])
}

function finding(
  kind: Finding['kind'],
  { eventId, number }: Facts,
  what: string
): Finding {
  return { kind, number, what, ...(eventId === undefined ? {} : { eventId }) }
}

function stuck(fact: Facts): Finding[] {
  return fact.deliveries.flatMap(
    ({ lastCode = 'no code', stalledAt, state }) => {
      if (state === 'parked') return [finding('parked', fact, lastCode)]
      return OPEN.includes(state) && stalledAt === undefined
        ? [finding('stuck', fact, `${state}, ${lastCode}`)]
        : []
    }
  )
}

function duplicated(fact: Facts): Finding[] {
  const answered = fact.actions.filter(({ answers }) => answers.length > 1)
  const accepted = acceptances(fact)
  const mains = fact.deliveries.filter(({ part }) => part === 'main')
  const actions = new Set(mains.map(({ actionId }) => actionId))
  return [
    ...(answered.length > 0
      ? [
          finding(
            'duplicated',
            fact,
            `core has two answers: ${answered.map(({ answers }) => answers.join()).join('; ')}`
          )
        ]
      : []),
    ...(accepted > 1
      ? [finding('duplicated', fact, `registered ${accepted} times`)]
      : []),
    ...(fact.issued.length > 1
      ? [
          finding(
            isContradicted(fact) ? 'contradicted' : 'duplicated',
            fact,
            `${fact.issued.length} identities for one person`
          )
        ]
      : []),
    ...(fact.told > 1
      ? [
          finding(
            isContradicted(fact) ? 'contradicted' : 'duplicated',
            fact,
            `the death was told ${fact.told} times`
          )
        ]
      : []),
    ...(mains.length > actions.size
      ? [finding('duplicated', fact, 'two deliveries for one action')]
      : [])
  ]
}

/** Core has a rejection for an action that another server has taken, which a person was told. */
function isContradicted({ deliveries, isAskedTwice }: Facts): boolean {
  return (
    isAskedTwice === true &&
    deliveries.some(
      ({ lastCode, state }) =>
        state === 'parked' && lastCode === 'ERR_ALREADY_REJECTED'
    )
  )
}

function lost(fact: Facts): Finding[] {
  // Whatever still waits is stuck, or known to a person: it is not lost.
  const waits = fact.deliveries.some(({ state }) =>
    [...OPEN, 'parked'].includes(state)
  )
  if (waits) return []
  if (acceptances(fact) === 0) {
    const isRejected =
      fact.actions.at(-1)?.answers.includes('Rejected') === true
    if (fact.refused > 0 && isRejected) return []
    return [finding('lost', fact, 'core has no answer that ends it')]
  }
  if (fact.type === 'death')
    return fact.told === 0 && fact.refused === 0
      ? [finding('lost', fact, 'the ID system was not told of the death')]
      : []
  if (fact.issued.length === 0)
    return [finding('lost', fact, 'registered without an identity')]
  return fact.inRecord !== undefined && fact.issued.includes(fact.inRecord)
    ? []
    : [finding('lost', fact, 'the identifier is not in the record')]
}

function misshown(fact: Facts): Finding[] {
  return acceptances(fact) > 0 && fact.shown !== 'REGISTERED'
    ? [finding('misshown', fact, `search shows ${fact.shown ?? 'nothing'}`)]
    : []
}

function acceptances({ actions }: Facts): number {
  return actions
    .flatMap(({ answers }) => answers)
    .filter((answer) => answer === 'Accepted').length
}
