import type { Acceptance } from '../../src/opencrvs/core'
import { sampleDelivery } from '../store/sample-delivery'
import { answered, ISSUED, silent } from './failing-core'
import { agreeableCore, workbench, type Workbench } from './workbench'

let bench: Workbench

afterEach(() => bench.close())

const FIELDS = new Set(['child.nid', 'child.weight', 'mother.verified'])

async function accepted(
  changes: Parameters<Workbench['add']>[0],
  more: Parameters<typeof agreeableCore>[0] = {}
): Promise<{ sent: Acceptance[]; id: string }> {
  const sent: Acceptance[] = []
  const core = agreeableCore({
    ...more,
    accept: (acceptance) => {
      sent.push(acceptance)
      return Promise.resolve({ storedAs: 'Accepted' })
    }
  })
  bench = await workbench(silent, core, {
    eventSettings: () => ({
      identifierField: 'child.nid',
      writeIdentifier: true,
      fields: FIELDS
    })
  })
  const id = await bench.add(changes)
  await bench.work()
  return { sent, id }
}

function withCorrections(
  corrections: Record<string, string | null>,
  answer: Parameters<typeof answered>[0] = ISSUED
) {
  const changes = answered(answer)
  const secrets = { ...sampleDelivery(changes).secrets, corrections }
  return { ...changes, secrets }
}

describe('corrections of identity statuses', () => {
  it('go with the acceptance, beside the identifier, and win over the system', async () => {
    const { sent } = await accepted(
      withCorrections(
        { 'mother.verified': 'pending' },
        {
          outcome: 'accepted',
          identifier: '42',
          declaration: { 'mother.verified': 'authenticated' }
        }
      )
    )
    expect(sent.map(({ declaration }) => declaration)).toEqual([
      { 'child.nid': '42', 'mother.verified': 'pending' }
    ])
  })

  it('may clear a field', async () => {
    const { sent } = await accepted(
      withCorrections({ 'mother.verified': null })
    )
    expect(sent[0]?.declaration).toMatchObject({ 'mother.verified': null })
  })

  it('for fields that the event does not have are left out, and are not laid at the system’s door', async () => {
    const { sent, id } = await accepted(
      withCorrections({ 'mother.identity-evidence': 'eyJ' })
    )
    expect(sent[0]?.declaration).not.toHaveProperty([
      'mother.identity-evidence'
    ])
    expect(await bench.trail(id)).not.toContain('fields.dropped')
  })

  it('are left out where core takes no values', async () => {
    const { sent } = await accepted(
      withCorrections(
        { 'mother.verified': 'pending' },
        { outcome: 'accepted' }
      ),
      { takesValues: () => false }
    )
    expect(sent).toHaveLength(1)
    expect(sent[0]).not.toHaveProperty('declaration')
  })

  it('are erased with everything personal when the delivery ends', async () => {
    const { id } = await accepted(
      withCorrections({ 'mother.verified': 'pending' })
    )
    const ended = await bench.find(id)
    expect(ended.state).toBe('confirmed')
    expect(ended).not.toHaveProperty('secrets')
  })
})
