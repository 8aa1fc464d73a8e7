import * as net from 'node:net'

/** What stands before a country's servers: passes connections on to one that lives. */
export type FrontDoor = {
  readonly url: string
  /** Says on which port a server listens; undefined when it is gone. */
  direct(server: number, port: number | undefined): void
  close(): Promise<void>
}

/** How long a connection waits for a server to come back before it is cut. */
const PATIENCE_MS = 4_000
const LOOK_AGAIN_MS = 20

/** A TCP balancer on the loopback interface: each new connection goes to the next server. */
export async function openFrontDoor(): Promise<FrontDoor> {
  const ports = new Map<number, number>()
  const sockets = new Set<net.Socket>()
  let turn = 0

  async function nextPort(): Promise<number | undefined> {
    const until = Date.now() + PATIENCE_MS
    while (ports.size === 0 && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    turn += 1
    return [...ports.values()][turn % Math.max(ports.size, 1)]
  }

  async function passOn(client: net.Socket): Promise<void> {
    keep(sockets, client)
    const port = await nextPort()
    if (port === undefined || client.destroyed) {
      client.destroy()
      return
    }
    const server = net.connect(port, '127.0.0.1')
    keep(sockets, server)
    tie(client, server)
  }

  const listener = net.createServer((client) => void passOn(client))
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${portOf(listener)}`,
    direct(server, port) {
      if (port === undefined) ports.delete(server)
      else ports.set(server, port)
    },
    close: () => closeAll(listener, sockets)
  }
}

/** Joins two sockets; when one is cut, so is the other. */
export function tie(one: net.Socket, other: net.Socket): void {
  one.pipe(other)
  other.pipe(one)
  one.on('close', () => other.destroy())
  other.on('close', () => one.destroy())
}

/** Remembers a socket while it is open, and takes its errors for its end. */
export function keep(sockets: Set<net.Socket>, socket: net.Socket): void {
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
  socket.on('error', () => socket.destroy())
}

/** The port that a server on the loopback interface got. */
export function portOf(listener: net.Server): number {
  const address = listener.address()
  if (address === null || typeof address === 'string')
    throw new Error('a server that does not listen on a port')
  return address.port
}

/** Cuts every socket and stops listening. */
export async function closeAll(
  listener: net.Server,
  sockets: ReadonlySet<net.Socket>
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    listener.close(() => {
      resolve()
    })
  })
  for (const socket of sockets) socket.destroy()
  await closed
}
