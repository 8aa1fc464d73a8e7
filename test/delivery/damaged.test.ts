import type { SystemAnswer } from '../../src/domain/delivery'
import { createCipher } from '../../src/internal/encryption'
import type { Store } from '../../src/store/store'
import { ENCRYPTION, heldClock } from '../store/sample-delivery'
import { filePlace, type FilePlace } from '../store/sqlite/place'
import {
  agreeableCore,
  sayingSystem,
  workbench,
  type Workbench
} from './workbench'

const ISSUED: SystemAnswer = { outcome: 'accepted', identifier: '42' }

/** Nobody has the data that belongs to it any more: another value of the row stands in its place. */
function damage(place: FilePlace, id: string): void {
  place.execute(
    `update national_id_delivery set sealed_work = sealed_token where id = '${id}'`
  )
}

describe('a delivery whose row was damaged', () => {
  let bench: Workbench
  let place: FilePlace
  let store: Store

  beforeEach(async () => {
    place = filePlace()
    const clock = heldClock()
    store = place.create({ cipher: await createCipher(ENCRYPTION), clock })
    await store.open()
    bench = await workbench(
      sayingSystem(() => ISSUED),
      agreeableCore(),
      { store, clock }
    )
  })
  afterEach(async () => {
    await bench.close()
    await store.close()
    place.remove()
  })

  it('waits for a person, and keeps no other from going on', async () => {
    const damaged = await bench.add()
    const others = [await bench.add(), await bench.add()]
    damage(place, damaged)

    await bench.workFor(1_000)

    for (const id of others)
      expect((await bench.find(id)).state).toBe('confirmed')
    expect(await store.find(damaged, 'marked')).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_SEAL_BROKEN',
      unreadable: 'ERR_SEAL_BROKEN'
    })
    expect(bench.hooks).toContainEqual(
      expect.objectContaining({
        hook: 'onParked',
        deliveryId: damaged,
        code: 'ERR_SEAL_BROKEN'
      })
    )
    expect(bench.events).toContainEqual(
      expect.objectContaining({
        type: 'delivery.parked',
        code: 'ERR_SEAL_BROKEN'
      })
    )
  })

  it('can be looked at and closed by a person', async () => {
    const id = await bench.add()
    damage(place, id)
    await bench.workFor(1_000)

    const { delivery, timeline } = await bench.operator.show(id)
    expect(delivery).not.toHaveProperty('unreadable')
    expect(delivery).toMatchObject({ id, state: 'parked' })
    expect(timeline.at(-1)).toMatchObject({
      kind: 'delivery.parked',
      details: { code: 'ERR_SEAL_BROKEN' }
    })

    await bench.operator.reject(id, 'damaged', 'user:1')
    expect((await bench.find(id)).state).toBe('cancelled')
  })

  it('goes on when it was restored and is sent again', async () => {
    const id = await bench.add()
    const read = () =>
      place.query('select sealed_work from national_id_delivery')[0]
    const whole = read()?.['sealed_work']
    if (!Buffer.isBuffer(whole)) throw new Error('not sealed')
    damage(place, id)
    await bench.workFor(1_000)
    place.execute(
      `update national_id_delivery set sealed_work = x'${whole.toString('hex')}'`
    )

    await bench.operator.sendAgain(id, 'user:1')
    await bench.workFor(1_000)

    expect((await bench.find(id)).state).toBe('confirmed')
  })
})
