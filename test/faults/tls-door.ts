import { generateKeyPairSync } from 'node:crypto'
import * as net from 'node:net'
import * as tls from 'node:tls'
import { selfSignedCertificate } from '../../src/sandbox/mosip/self-signed-certificate'
import { closeAll, keep, portOf, tie } from './front-door'

/** TLS before a simulator that speaks plain HTTP, with a certificate that can run out. */
export type TlsDoor = {
  readonly url: string
  /** PEM of all that the other side is to trust. */
  readonly authorities: string
  /** From now on it shows a certificate that has run out, or a good one. Open connections are cut. */
  expire(isExpired: boolean): void
  close(): Promise<void>
}

const DAY_MS = 86_400_000

/** Opens it before the simulator at this URL. */
export async function openTlsDoor(behindUrl: string): Promise<TlsDoor> {
  const port = Number(new URL(behindUrl).port)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const now = Date.now()
  const certificate = (fromDays: number, untilDays: number) =>
    selfSignedCertificate(privateKey, 'localhost', {
      from: now + fromDays * DAY_MS,
      until: now + untilDays * DAY_MS
    })
  const good = certificate(-1, 30)
  const expired = certificate(-30, -1)
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const sockets = new Set<net.Socket>()
  const listener = tls.createServer({ key, cert: good }, (client) => {
    const server = net.connect(port, '127.0.0.1')
    keep(sockets, client)
    keep(sockets, server)
    tie(client, server)
  })
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `https://localhost:${portOf(listener)}`,
    authorities: `${good}${expired}`,
    expire(isExpired) {
      listener.setSecureContext({ key, cert: isExpired ? expired : good })
      for (const socket of sockets) socket.destroy()
    },
    close: () => closeAll(listener, sockets)
  }
}
