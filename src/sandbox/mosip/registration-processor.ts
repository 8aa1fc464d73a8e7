import { sleep } from '../../internal/clock'
import { newId } from '../../internal/ids'
import type { Background } from './background'
import type { PacketStatus, Rejection } from './behaviour'
import { decide, type DecisionParts } from './decisions'
import type { Messages, Topics } from './messages'
import type { Outbox } from './outbox'
import type { MosipPacket } from './packet'

/** What became of a packet whose workflow was started. */
export type MosipRegistration = {
  applicationId: string
  workflowInstanceId: string
  process: string
  status: PacketStatus
  /** A person has to decide: deactivations and reversals of a death. */
  isInReview: boolean
  rejection?: Rejection
}

/** Takes packets through their process, and tells the outcome. */
export type RegistrationProcessor = {
  /** Resolves when the outcome is told, or when a review has to say more. */
  start(
    applicationId: string,
    process: string
  ): {
    registration: MosipRegistration
    told: Promise<void>
  }
  find: (applicationId: string) => MosipRegistration | undefined
  /**
   * Decides a review that is held.
   * @throws Error when there is none for this application id
   */
  review: (
    applicationId: string,
    decision: 'approve' | 'reject',
    reason?: string
  ) => Promise<void>
}

export type ProcessorParts = DecisionParts & {
  background: Background
  findPacket: (applicationId: string) => MosipPacket | undefined
  messages: Messages
  outbox: Outbox
  topics: Topics
  stopped: AbortSignal
}

/** A registration processor without registrations. */
export function createRegistrationProcessor(
  parts: ProcessorParts
): RegistrationProcessor {
  const registrations = new Map<string, MosipRegistration>()
  return {
    start(applicationId, process) {
      const registration: MosipRegistration = {
        applicationId,
        workflowInstanceId:
          registrations.get(applicationId)?.workflowInstanceId ?? newId(),
        process,
        status: 'RECEIVED',
        isInReview: false
      }
      registrations.set(applicationId, registration)
      const told = run(parts, registration)
      parts.background.run(() => told)
      return { registration, told }
    },
    find: (applicationId) => registrations.get(applicationId),
    async review(applicationId, decision, reason) {
      const registration = registrations.get(applicationId)
      if (registration?.isInReview !== true) {
        throw new Error(`No review of ${applicationId} is held.`)
      }
      registration.isInReview = false
      const refusal = decision === 'reject' ? reviewed(reason) : undefined
      await finish(parts, registration, refusal)
    }
  }
}

async function run(
  parts: ProcessorParts,
  registration: MosipRegistration
): Promise<void> {
  const { behaviour, processes, stopped } = parts
  const told = [tell(parts, registration)]
  await sleep(behaviour.processAfterMs, stopped)
  if (stopped.aborted) return
  registration.status = 'PROCESSING'
  told.push(tell(parts, registration))
  const kind = processes[registration.process]
  const isReviewed = kind === 'deactivation' || kind === 'reversal'
  if (isReviewed && behaviour.review === 'hold') {
    registration.isInReview = true
  } else {
    const isRejected = isReviewed && behaviour.review === 'reject'
    told.push(finish(parts, registration, isRejected ? reviewed() : undefined))
  }
  await Promise.all(told)
}

function reviewed(reason = 'The manual review has rejected it.'): Rejection {
  return { code: 'REVIEW_REJECTED', reason }
}

async function finish(
  parts: ProcessorParts,
  registration: MosipRegistration,
  refusal: Rejection | undefined
): Promise<void> {
  const packet = parts.findPacket(registration.applicationId)
  const rejection = refusal ?? outcomeOf(parts, packet)
  if (rejection !== undefined) registration.rejection = rejection
  registration.status = rejection === undefined ? 'PROCESSED' : 'REJECTED'
  await Promise.all([
    tell(parts, registration),
    ...(rejection === undefined ? [sendCredential(parts, registration)] : [])
  ])
}

/** A workflow starts without a look at the packet; that it is missing shows later. */
function outcomeOf(
  parts: ProcessorParts,
  packet: MosipPacket | undefined
): Rejection | undefined {
  return packet === undefined
    ? { code: 'PACKET_MISSING', reason: 'The packet is not in the store.' }
    : decide(parts, packet)
}

async function tell(
  { behaviour, messages, outbox, topics }: ProcessorParts,
  { applicationId, rejection, status }: MosipRegistration
): Promise<void> {
  if (!behaviour.statuses.includes(status)) return
  const body = messages.status(applicationId, status, rejection)
  await outbox.send({ applicationId, topic: topics.packetStatus, body })
}

async function sendCredential(
  { behaviour, messages, outbox, topics }: ProcessorParts,
  { applicationId, process }: MosipRegistration
): Promise<void> {
  if (!behaviour.credentialsFor.includes(process)) return
  const body = await messages.credential(applicationId)
  await outbox.send({ applicationId, topic: topics.credentials, body })
}
