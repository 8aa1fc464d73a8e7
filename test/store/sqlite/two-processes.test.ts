import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createCipher } from '../../../src/internal/encryption'
import { sqlite } from '../../../src/store/sqlite'
import { ENCRYPTION, heldClock } from '../sample-delivery'
import { filePlace } from './place'

type Report = { ended?: string[]; failed?: string }

async function work(path: string, owner: string): Promise<Report> {
  const child = fork(join(__dirname, 'second-process.js'))
  const exited = once(child, 'exit')
  child.send({ path, owner, count: 60 })
  // The child sends nothing else.
  const [report] = (await once(child, 'message')) as [Report]
  await exited
  return report
}

describe('two processes on one SQLite file', () => {
  it('make the tables once, end each delivery once, and keep one audit chain', async () => {
    const place = filePlace()
    try {
      const reports = await Promise.all(
        ['a', 'b', 'c'].map((owner) => work(place.path, owner))
      )
      expect(reports.map(({ failed }) => failed)).toEqual([
        undefined,
        undefined,
        undefined
      ])
      const ended = reports.flatMap((report) => report.ended ?? [])
      expect(ended).toHaveLength(180)
      expect(new Set(ended).size).toBe(180)

      const cipher = await createCipher(ENCRYPTION)
      const clock = heldClock()
      const store = sqlite({ path: place.path }).create({ cipher, clock })
      await store.open()
      expect(await store.countByState()).toEqual({ delivered: 180 })
      expect(await store.verifyAudit()).toMatchObject({
        intact: true,
        entries: 360
      })
      await store.close()
    } finally {
      place.remove()
    }
  })
})
