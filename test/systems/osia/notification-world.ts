import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  createOsiaSimulator,
  type OsiaSimulator,
  type OsiaSimulatorOptions
} from 'opencrvs-national-id/sandbox'
import {
  AuthenticationError,
  MalformedError,
  NationalIdError
} from '../../../src/domain/errors'
import { systemClock } from '../../../src/internal/clock'
import { withDefaults } from '../../../src/systems/osia/option-issues'
import { createOsiaHttp } from '../../../src/systems/osia/osia-http'
import {
  createSubscriber,
  subscriptionSchema,
  SUBSCRIPTION_SCOPES,
  type CheckedSubscription,
  type Subscriber,
  type SubscriptionOptions
} from '../../../src/systems/osia/notification'
import { createPublisher } from '../../../src/systems/osia/publish'
import type { OsiaOptions } from '../../../src/systems/osia'
import type { CallbackMessage } from '../../../src/systems/system'

export const SECRET = 'a-secret-path-part-of-40-characters-0001'

/** Pauses that suit a test. */
const PACE = {
  firstAfter: 0,
  fastest: 20,
  slowest: 100,
  confirmWithin: 150
}

/** A delivery as it was answered. */
export type Taken = {
  status: number
  code?: string
  messages: CallbackMessage[]
}

/** A subscriber behind a server of its own, and a simulated register. */
export type World = {
  register: OsiaSimulator
  subscriber: Subscriber
  /** Every delivery that came, with what became of it. */
  taken: Taken[]
  messages(): CallbackMessage[]
  /** A second life of the same server. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** What a test changes. */
export type WorldOptions = {
  subscription?: Partial<SubscriptionOptions>
  options?: Partial<OsiaOptions>
  simulator?: OsiaSimulatorOptions
  /** Do not start the subscriber. */
  idle?: boolean
}

export async function openWorld({
  idle = false,
  options = {},
  simulator = {},
  subscription = {}
}: WorldOptions = {}): Promise<World> {
  const register = createOsiaSimulator({
    behaviour: { notification: { policySecondMs: 5 } },
    ...simulator
  })
  await register.start()
  const host = await openHost()
  const make = () =>
    makeSubscriber(register, host.url, { options, subscription })
  let made = make()
  host.serve(made.subscriber)
  if (!idle) made.subscriber.start()
  return {
    register,
    get subscriber() {
      return made.subscriber
    },
    taken: host.taken,
    messages: () => host.taken.flatMap(({ messages }) => messages),
    async restart() {
      await made.close()
      made = make()
      host.serve(made.subscriber)
      made.subscriber.start()
    },
    async stop() {
      await made.close()
      await host.close()
      await register.stop()
    }
  }
}

function makeSubscriber(
  register: OsiaSimulator,
  routesUrl: string,
  given: Required<Pick<WorldOptions, 'options' | 'subscription'>>
) {
  const checked = withDefaults({
    ...register.connection,
    uin: 'newPerson',
    uinPattern: /\d{10}/,
    referenceAttribute: { name: 'crvsReference', holds: 'reference' },
    ...given.options
  })
  const http = createOsiaHttp(checked, systemClock, SUBSCRIPTION_SCOPES)
  // The schema's own type does not say what it gives.
  const subscription = subscriptionSchema.validate({
    secrets: SECRET,
    policy: { everySeconds: 1, times: 20 },
    ...given.subscription
  }).value as CheckedSubscription
  const subscriber = createSubscriber(subscription, {
    options: checked,
    http,
    publisher: createPublisher(http, checked, systemClock),
    clock: systemClock,
    routesUrl,
    pace: PACE
  })
  return {
    subscriber,
    async close() {
      await subscriber.stop()
      http.close()
    }
  }
}

/** A server that answers as the plugin's callback routes do. */
async function openHost() {
  const taken: Taken[] = []
  let subscriber: Subscriber | undefined
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const [, secret = ''] =
        /^\/osia\/notify\/([^/?]*)/.exec(request.url ?? '') ?? []
      void take(subscriber, {
        headers: request.headers,
        rawBody: Buffer.concat(parts),
        params: { secret }
      }).then((result) => {
        taken.push(result)
        response.writeHead(result.status).end()
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Listening on a port, so the address is no text.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    serve: (served: Subscriber) => void (subscriber = served),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

async function take(
  subscriber: Subscriber | undefined,
  {
    headers,
    ...request
  }: {
    headers: Record<string, string | string[] | undefined>
    rawBody: Buffer
    params: Record<string, string>
  }
): Promise<Taken> {
  const [route] = subscriber?.callbackRoutes ?? []
  if (route === undefined) return { status: 503, messages: [] }
  const single = Object.entries(headers).map(
    ([name, value]) => [name, [value].flat().join(', ')] as const
  )
  try {
    const messages = await route.read({
      ...request,
      method: 'POST',
      query: {},
      headers: Object.fromEntries(single)
    })
    return { status: 200, messages }
  } catch (error) {
    const code = error instanceof NationalIdError ? error.code : 'ERR_OTHER'
    return { status: statusOf(error), code, messages: [] }
  }
}

function statusOf(error: unknown): number {
  if (error instanceof AuthenticationError) return error.status
  return error instanceof MalformedError ? 400 : 503
}

/** Waits until something is so; the assertion that follows tells when it is not. */
export async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 5_000
  while (!isSo() && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
