import type { CountryPeers } from './country-peers'
import { report, type Work } from './work'

/**
 * What the worker takes to the ID system by itself: nothing is sent here. The system holds its first answers back until
 * the clock starts. Latencies are the server's own, since there is no caller.
 */
export function deliveryWork(peers: CountryPeers): Work {
  let arrived: () => void = () => undefined
  peers.hold()
  peers.onSubmitted(() => arrived())
  return {
    prepare: () => undefined,
    async load(_targets, { seconds, units }) {
      const cpu = process.cpuUsage()
      const began = performance.now()
      let count = 0
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, seconds * 1000)
        arrived = () => {
          count += 1
          if (count < units) return
          clearTimeout(timer)
          resolve()
        }
        peers.release()
      })
      arrived = () => undefined
      // What is under way now is not counted, and not worked on until the clock starts again.
      peers.hold()
      return report(count, performance.now() - began, cpu, [])
    }
  }
}
