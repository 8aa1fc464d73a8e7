import { createHash } from 'node:crypto'
import type { JsonObject } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import { parseJsonObject, textOf } from '../json-object'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import { readFieldCheck, type FieldCheck } from './id-schema'
import {
  mosipAnswer,
  mosipRefusal,
  requestIn,
  type MosipError
} from './mosip-answer'
import { readPacket, type MosipPacket } from './packet'

/** What a packet manager takes. */
export type PacketRules = {
  /** Sources that packet reader and writer have a provider for. */
  sources: readonly string[]
  processes: readonly string[]
  /** The country's own id schema; undefined holds each packet to the one that it carries. */
  idSchema?: { version?: string; schema: string | JsonObject } | undefined
}

/** Stores packets. */
export type PacketManager = {
  answer(request: ServedRequest): ServedAnswer
  /** The packet as it came last. */
  find: (applicationId: string) => MosipPacket | undefined
  /** How often a packet was taken, by application id. */
  timesStored: (applicationId: string) => number
  readonly applicationIds: readonly string[]
}

const NAME = { id: 'mosip.registration.packet.writer', version: 'v1' }
const PARTS = ['evidence', 'optional', 'id']

const MALFORMED: MosipError = {
  errorCode: 'KER-PUT-020',
  message: 'The simulator cannot read this as a packet.'
}

/** An empty object store. */
export function createPacketManager(
  rules: PacketRules,
  clock: Clock
): PacketManager {
  const stored = new Map<string, { packet: MosipPacket; times: number }>()
  const checkOf = fieldChecks(rules)
  const shared = sharedSchemas()

  function problem(
    body: JsonObject | undefined,
    packet: MosipPacket | undefined
  ): MosipError | undefined {
    const { process, source } = requestIn(body)
    const isProvided =
      rules.sources.includes(textOf(source)) &&
      rules.processes.includes(textOf(process))
    if (!isProvided) {
      const message =
        'The simulator has no provider for the source and process.'
      return { errorCode: 'KER-PUT-006', message }
    }
    if (packet === undefined) return MALFORMED
    const wrong = wrongIn(packet, checkOf)
    if (wrong.length === 0) return undefined
    const message = `The simulator cannot take ${wrong.join(', ')}.`
    return { errorCode: 'KER-PUT-020', message }
  }

  return {
    answer(request) {
      const body = parseJsonObject(request.body)
      const packet = readPacket(body)
      const found = problem(body, packet)
      if (packet === undefined || found !== undefined) {
        return mosipRefusal(NAME, clock, [found ?? MALFORMED])
      }
      const times = stored.get(packet.applicationId)?.times ?? 0
      // The same application id again: the newest data count (FACTS 2.2).
      stored.set(packet.applicationId, {
        packet: shared(packet),
        times: times + 1
      })
      const response = partInfos(request.body, packet, clock)
      return mosipAnswer(NAME, clock, { response, errors: [] })
    },
    find: (applicationId) => stored.get(applicationId)?.packet,
    timesStored: (applicationId) => stored.get(applicationId)?.times ?? 0,
    get applicationIds() {
      return [...stored.keys()]
    }
  }
}

function wrongIn(
  packet: MosipPacket,
  checkOf: (packet: MosipPacket) => FieldCheck | undefined
): readonly string[] {
  const check = checkOf(packet)
  return check === undefined ? ['schemaJson'] : check(packet.fields)
}

/** Compiling a schema takes long, and all packets of a country carry the same. */
function fieldChecks({
  idSchema
}: PacketRules): (packet: MosipPacket) => FieldCheck | undefined {
  let held: { text: string; check: FieldCheck | undefined } | undefined

  function read(text: string): FieldCheck | undefined {
    if (held?.text !== text) held = { text, check: readFieldCheck(text) }
    return held.check
  }

  return (packet) => {
    if (idSchema === undefined) {
      return read(textOf(requestIn(packet.body).schemaJson))
    }
    const { schema, version } = idSchema
    if (version !== undefined && version !== packet.schemaVersion) {
      return () => ['schemaVersion']
    }
    return read(typeof schema === 'string' ? schema : JSON.stringify(schema))
  }
}

/** The id schema is most of a packet and the same in all, so one copy is kept. */
function sharedSchemas(): (packet: MosipPacket) => MosipPacket {
  const known = new Map<string, string>()
  return (packet) => {
    const request = requestIn(packet.body)
    const text = textOf(request.schemaJson)
    const schemaJson = known.get(text) ?? text
    known.set(text, schemaJson)
    return {
      ...packet,
      body: { ...packet.body, request: { ...request, schemaJson } }
    }
  }
}

function partInfos(
  text: string,
  { applicationId, body, process, schemaVersion, source }: MosipPacket,
  clock: Clock
): JsonObject[] {
  const content = createHash('sha256').update(text).digest()
  const digest = (about: string) =>
    createHash('sha256').update(about).update(content).digest('base64url')
  return PARTS.map((part) => ({
    id: applicationId,
    packetName: `${applicationId}_${part}`,
    source,
    process,
    refId: textOf(requestIn(body).refId),
    schemaVersion,
    signature: digest(`signature of ${part}`),
    encryptedHash: digest(part),
    providerName: 'PacketWriterImpl',
    providerVersion: 'v1.0',
    creationDate: new Date(clock.now()).toISOString()
  }))
}
