import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type ServerResponse
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Recorded } from './recording'

/** How the stand-in answers one trigger; the keys are those of the recordings. */
export type Answer = {
  status?: number
  body?: unknown
  raw?: string
  headers?: Record<string, string>
  delayMs?: number
  destroy?: boolean
}

export type ReceivedTrigger = {
  path: string
  rawHeaders: string[]
  headers: IncomingMessage['headers']
  text: string
  body: Recorded
}

export type CountryConfig = {
  url: string
  triggers: ReceivedTrigger[]
  /** Answers of the next triggers; after them, 200 with a number of its own. */
  next(...answers: Answer[]): void
  /** Called with each trigger before it is answered. */
  onTrigger?: (trigger: ReceivedTrigger) => Promise<void>
  close(): Promise<void>
}

/** A stand-in for a country configuration. */
export async function startCountryConfig(): Promise<CountryConfig> {
  const queue: Answer[] = []
  let numbers = 0
  const config: CountryConfig = {
    url: '',
    triggers: [],
    next: (...answers) => void queue.push(...answers),
    close: async () => {
      server.close()
      server.closeAllConnections()
    }
  }
  const server = createServer((request, response) => {
    void handle(request, response)
  })

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    if (request.method === 'GET') {
      response.end('{"success":true}')
      return
    }
    const trigger = {
      path: request.url ?? '',
      rawHeaders: request.rawHeaders,
      headers: request.headers,
      text,
      body: JSON.parse(text)
    }
    config.triggers.push(trigger)
    const answer = queue.shift() ?? {
      status: 200,
      body: { registrationNumber: `OWN-${(numbers += 1)}` }
    }
    await config.onTrigger?.(trigger)
    if (answer.delayMs !== undefined) {
      await new Promise((resolve) =>
        setTimeout(resolve, answer.delayMs).unref()
      )
    }
    send(response, answer)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  config.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return config
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer.destroy === true) {
    response.socket?.destroy()
    return
  }
  const body =
    answer.raw ?? (answer.body === undefined ? '' : JSON.stringify(answer.body))
  response.writeHead(answer.status ?? 200, answer.headers)
  response.end(body)
}
