import { sleep, type Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import type { ServedAnswer } from '../loopback-server'
import { modeFor, type IdSystemBehaviour } from './behaviour'
import type { CallbackOutbox } from './callback-outbox'
import type { CallbackSender } from './callback-sender'
import {
  outcomeBody,
  type IdSystemOutcome,
  type IdSystemRequest
} from './id-system-wire'
import { jsonAnswer } from './json-answer'
import type { Ledger } from './ledger'

/** What became of a request. */
export type RequestRecord = {
  reference: string
  /** The ID system's own id for the request. */
  id: string
  operation: string
  /** Absent while it is being decided. */
  outcome?: IdSystemOutcome
}

/** Where requests are decided. */
export type WorkDesk = {
  /** Does the work, or takes it on, and gives the answer. */
  handle(request: IdSystemRequest): Promise<ServedAnswer>
  find(reference: string): RequestRecord | undefined
  /** Resolves when nothing is being decided or sent. */
  idle(): Promise<void>
}

export type WorkDeskParts = {
  behaviour: IdSystemBehaviour
  ledger: Ledger
  sender: CallbackSender
  outbox: CallbackOutbox
  clock: Clock
  stopped: AbortSignal
}

/** An empty desk. */
export function createWorkDesk(parts: WorkDeskParts): WorkDesk {
  const { behaviour, stopped } = parts
  const records = new Map<string, RequestRecord>()
  const underWay = new Set<Promise<void>>()

  async function takeOn(request: IdSystemRequest): Promise<ServedAnswer> {
    const record = newRecord(request)
    records.set(request.reference, record)
    const work = decideLater(parts, request, record)
    underWay.add(work)
    void work.finally(() => underWay.delete(work))
    if (behaviour.callbacks.delivery === 'early') await work
    return jsonAnswer(202, { id: record.id })
  }

  async function doNow(request: IdSystemRequest): Promise<ServedAnswer> {
    await sleep(behaviour.decideAfterMs, stopped)
    const outcome = decide(parts, request)
    records.set(request.reference, { ...newRecord(request), outcome })
    return outcomeAnswer(request, outcome)
  }

  return {
    handle: (request) =>
      modeFor(behaviour, request) === 'synchronous'
        ? doNow(request)
        : takeOn(request),
    find: (reference) => records.get(reference),
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
    }
  }
}

async function decideLater(
  parts: WorkDeskParts,
  request: IdSystemRequest,
  record: RequestRecord
): Promise<void> {
  await sleep(parts.behaviour.decideAfterMs, parts.stopped)
  if (parts.stopped.aborted) return
  record.outcome = decide(parts, request)
  const message = parts.sender.sign(
    outcomeBody(request.reference, record.outcome)
  )
  await parts.outbox.deliver(request.reference, message)
}

function newRecord(request: IdSystemRequest): RequestRecord {
  const { reference, operation } = request
  return { reference, operation, id: newId() }
}

function decide(
  { behaviour, ledger, clock }: WorkDeskParts,
  request: IdSystemRequest
): IdSystemOutcome {
  const refusal = behaviour.refuse(request)
  if (refusal !== undefined) return { outcome: 'refused', ...refusal }
  const issued =
    request.operation === 'createIdentity'
      ? { identifier: behaviour.identifier(request) }
      : {}
  const { reference, operation } = request
  ledger.add({ reference, operation, ...issued, at: clock.now() })
  return { outcome: 'accepted', ...issued }
}

function outcomeAnswer(
  request: IdSystemRequest,
  outcome: IdSystemOutcome
): ServedAnswer {
  if (outcome.outcome === 'refused') {
    return jsonAnswer(422, { code: outcome.code, reason: outcome.reason })
  }
  return outcome.identifier === undefined
    ? jsonAnswer(200, { reference: request.reference })
    : jsonAnswer(201, { identifier: outcome.identifier })
}
