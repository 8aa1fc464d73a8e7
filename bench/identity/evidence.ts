import { randomUUID } from 'node:crypto'
import type { JsonValue } from 'opencrvs-national-id'
import { send, type Answer, type Target } from '../call'
import { recordedTrigger } from '../recorded-trigger'
import type { RunOrder, Scenario } from '../scenario'
import { withServer } from '../server-process'
import { sessionToken } from '../tokens'
import { formAnswer, isNot200 } from './form-answer'
import { claimed, declaredAs, PEOPLE } from './people'
import { signIn } from './sign-in'

type Declaration = Readonly<Record<string, JsonValue>>

/** Claims of the recorded declaration that would get in the way of ours. */
const RECORDED_CLAIMS = [
  'mother.verified',
  'father.detailsNotAvailable',
  'father.reason'
]

/**
 * The trigger of a declaration in which four people have good evidence, beside the same one in which nobody claims
 * anything. Neither owes the ID system anything, so the difference is what checking evidence costs.
 */
export const evidence: Scenario = {
  group: 'identity',
  adds: 'good evidence of four people',
  variants: async (order) => {
    const { count, keys } = order
    const eventId = randomUUID()
    const recorded = recordedTrigger('DECLARE')
    const { unclaimed, proven } = await declarations(order, eventId)
    // Each call is about another action of the record.
    const calls = (declaration: Declaration) =>
      Array.from({ length: count }, () =>
        recorded.call({
          eventId,
          declaration,
          privateKey: keys.auth.privateKey
        })
      )
    const withEvidence = calls(proven)
    const without = calls(unclaimed)
    return [
      {
        name: 'bare hapi (declaration)',
        server: 'bareHapi',
        calls: async () => withEvidence,
        refusal: ({ status }) =>
          status === 202 ? undefined : `has the status ${status}, not 202`
      },
      {
        name: 'declaration, nobody claims anything',
        server: 'identity',
        calls: async () => without,
        refusal: corrects
      },
      {
        name: 'declaration, four people with evidence',
        server: 'identity',
        calls: async () => withEvidence,
        refusal: corrects
      }
    ]
  }
}

/** Whether core is told to change anything: it is not, when what is claimed is proven. */
function corrects(answer: Answer): string | undefined {
  return (
    isNot200(answer) ??
    (answer.body === '{}' ? undefined : 'corrects the declaration')
  )
}

/** The declaration without claims, and with the evidence that signing four people in has given for this record. */
async function declarations(
  order: RunOrder,
  eventId: string
): Promise<{ unclaimed: Declaration; proven: Declaration }> {
  const recorded = Object.entries(recordedTrigger('DECLARE').declaration)
  const rest = recorded.filter(([field]) => !RECORDED_CLAIMS.includes(field))
  const unclaimed = merged([
    Object.fromEntries(rest),
    ...PEOPLE.map(declaredAs)
  ])
  // The key that evidence is signed with is the same for all servers here.
  return withServer('identity', order.keys, 1, async ({ target }) => {
    const claims: Declaration[] = []
    for (const person of PEOPLE) {
      const token = sessionToken(order.keys.auth.privateKey)
      const collect = await signIn(target, { eventId, person }, token)
      const { evidence: text } = formAnswer(await send(target, collect))
      if (text === undefined) throw new Error('a sign-in gave no evidence')
      claims.push(claimed(person, text))
    }
    const proven = merged([unclaimed, ...claims])
    await proveThatItIsChecked(target, order, eventId, proven)
    return { unclaimed, proven }
  })
}

function merged(parts: readonly Declaration[]): Declaration {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)))
}

/** Without this, a server that looks at no evidence would look fast. */
async function proveThatItIsChecked(
  target: Target,
  { keys }: RunOrder,
  eventId: string,
  proven: Declaration
): Promise<void> {
  for (const person of PEOPLE) {
    const call = recordedTrigger('DECLARE').call({
      eventId,
      declaration: { ...proven, [`${person}.dob`]: '1950-01-01' },
      privateKey: keys.auth.privateKey
    })
    const { body } = await send(target, call)
    const expected = { declaration: { [`${person}.verified`]: 'pending' } }
    if (body !== JSON.stringify(expected))
      throw new Error(
        `an edited date of birth of the ${person} is not put right, or more than that is`
      )
  }
}
