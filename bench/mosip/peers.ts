import { fork } from 'node:child_process'
import { once } from 'node:events'
import * as http from 'node:http'
import * as path from 'node:path'
import { acceptedEvent } from '../accepted-event'
import { send, type Target } from '../call'
import type { PeerCounts, PeerPacket, PeersOrder } from './peers-server'

/** MOSIP and core, in a process of their own. */
export type Peers = {
  url: string
  counts(): Promise<PeerCounts>
  /** The packets that came since this was asked last. */
  packets(): Promise<PeerPacket[]>
}

const running = new Map<number, Promise<Peers>>()

/** Peers whose MOSIP takes so long for each call; those of the same kind are started once and end with this process. */
export function peersWith({ delayMs }: { delayMs: number }): Promise<Peers> {
  const started = running.get(delayMs) ?? startPeers(delayMs)
  running.set(delayMs, started)
  return started
}

async function startPeers(delayMs: number): Promise<Peers> {
  const child = fork(path.join(__dirname, 'peers-server.js'), [], {
    stdio: 'inherit'
  })
  const order: PeersOrder = { delayMs, event: acceptedEvent() }
  child.send(order)
  // The process says nothing else.
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  // Whoever measures may end; the process then ends by itself.
  child.unref()
  child.channel?.unref()
  const target: Target = { url, agent: new http.Agent() }
  const ask = async (about: string): Promise<unknown> => {
    const { body } = await send(target, {
      method: 'GET',
      path: `/peers/${about}`,
      headers: {}
    })
    return JSON.parse(body)
  }
  return {
    url,
    // What a process of ours sends is of these types.
    counts: async () => (await ask('counts')) as PeerCounts,
    packets: async () => (await ask('packets')) as PeerPacket[]
  }
}
