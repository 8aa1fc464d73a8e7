import type { JsonObject } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import { isRecord } from '../../internal/json'
import type { CallName } from '../../internal/system-call'
import { answerError, statusError } from './failures'
import { readJson, type OsiaHttp } from './osia-http'
import type { CheckedOsiaOptions } from './options'

/** A topic as the notification engine has it. */
export type Topic = { uuid: string; name: string }

/** Says what happened to everybody who subscribed (notification 1.2.0). */
export type Publisher = {
  /**
   * Publishes a message. Delivery is at least once, and so is this: it may be
   * repeated.
   *
   * @param topic the topic's name at the engine
   * @throws SystemError
   */
  publish(
    topic: string,
    message: JsonObject,
    about: { call: CallName; subject: string; signal: AbortSignal }
  ): Promise<void>
  /**
   * The topic, made when it is missing (`createTopic` is idempotent, D7).
   * @throws SystemError
   */
  topic(name: string, call: CallName, signal: AbortSignal): Promise<Topic>
  /**
   * Every topic that the engine has.
   * @throws SystemError
   */
  list(call: CallName, signal: AbortSignal): Promise<Topic[]>
}

/** A publisher that keeps each topic's uuid. */
export function createPublisher(
  http: OsiaHttp,
  { publishMediaType }: Pick<CheckedOsiaOptions, 'publishMediaType'>,
  clock: Clock
): Publisher {
  const engine: Engine = { http, clock }
  const known = new Map<string, Topic>()

  async function topic(
    name: string,
    call: CallName,
    signal: AbortSignal
  ): Promise<Topic> {
    const made = await createTopic(engine, name, call, signal)
    known.set(name, made)
    return made
  }

  return {
    topic,
    async publish(name, message, about) {
      const { call, signal, subject } = about
      const send = ({ uuid }: Topic) =>
        http.send(
          {
            ...call,
            interface: 'notification',
            method: 'POST',
            steps: ['v1', 'topics', uuid, 'publish'],
            query: [['subject', subject]],
            body: message,
            mediaType: publishMediaType
          },
          signal
        )
      const kept = known.get(name)
      let response = await send(kept ?? (await topic(name, call, signal)))
      // The engine may have lost or remade its topics since.
      if ([400, 404].includes(response.status) && kept !== undefined) {
        known.delete(name)
        response = await send(await topic(name, call, signal))
      }
      if (response.status < 200 || response.status >= 300) {
        throw statusError(call, response, clock.now())
      }
    },
    list: (call, signal) => listTopics(engine, call, signal)
  }
}

type Engine = { http: OsiaHttp; clock: Clock }

async function createTopic(
  { clock, http }: Engine,
  name: string,
  call: CallName,
  signal: AbortSignal
): Promise<Topic> {
  const response = await http.send(
    {
      ...call,
      interface: 'notification',
      method: 'POST',
      steps: ['v1', 'topics'],
      query: [['name', name]]
    },
    signal
  )
  if (response.status !== 200) throw statusError(call, response, clock.now())
  const made = readTopic(readJson(call, response))
  if (made !== undefined) return made
  throw answerError(call, response.status, 'the body is no topic.')
}

async function listTopics(
  { clock, http }: Engine,
  call: CallName,
  signal: AbortSignal
): Promise<Topic[]> {
  const response = await http.send(
    {
      ...call,
      interface: 'notification',
      method: 'GET',
      steps: ['v1', 'topics']
    },
    signal
  )
  if (response.status !== 200) throw statusError(call, response, clock.now())
  const body = readJson(call, response)
  if (!Array.isArray(body)) {
    throw answerError(call, response.status, 'the body is no list.')
  }
  return body.map(readTopic).filter((one) => one !== undefined)
}

function readTopic(given: unknown): Topic | undefined {
  if (!isRecord(given)) return undefined
  const { name, uuid } = given
  return typeof uuid === 'string' && uuid !== '' && typeof name === 'string'
    ? { uuid, name }
    : undefined
}
