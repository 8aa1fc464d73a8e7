import type { SystemAnswer, SystemRequest } from '../../domain/delivery'
import { failure } from '../../internal/system-call'
import type { AnnouncedRecord, SystemCallContext } from '../system'
import { operationsOf } from './capabilities'
import { createIdentity } from './create-identity'
import { birthMembers, publishEvent, topicsOfChanges } from './events'
import { requestError } from './failures'
import type { OsiaTopic } from './options'
import type { Push } from './push'
import { named, type OsiaParts, type Task } from './task'
import { publishes, writes } from './ways'

/** Does what a delivery asks for. @throws SystemError */
export async function submit(
  parts: OsiaParts,
  push: Push,
  request: SystemRequest,
  { signal }: SystemCallContext
): Promise<SystemAnswer> {
  const { operation, reference } = request
  const task: Task = { operation, reference, signal }
  if (!operationsOf(parts.options).includes(operation)) {
    throw notConfigured(parts, task, operation)
  }
  if (operation === 'createIdentity') {
    return createIdentity(parts, push, task, request)
  }
  const uin = numberOf(parts, task, request)
  switch (operation) {
    case 'updateIdentity':
      await update(parts, push, task, uin, request)
      break
    case 'notifyDeath':
      await tellDeath(parts, push, task, uin)
      break
    case 'withdraw':
      await withdraw(parts, push, task, uin, request)
      break
    case 'deactivateIdentity':
      await push.endIdentities(task, uin, 'all', request)
      break
  }
  return { outcome: 'accepted' }
}

/**
 * Tells that core has registered the person whom a number was made for. May be
 * repeated. @throws SystemError
 */
export async function announce(
  parts: OsiaParts,
  push: Push,
  request: SystemRequest,
  record: AnnouncedRecord,
  { signal }: SystemCallContext
): Promise<void> {
  const { foetalDeathEvents, uin: origin } = parts.options
  const { reference } = request
  const task: Task = { operation: 'announceIdentity', reference, signal }
  const uin = record.identifier ?? ''
  if (uin === '') {
    const call = named(parts, task, 'the announcement')
    throw requestError(call, 'the record has no number.')
  }
  const { registrationNumber = request.registrationNumber } = record
  const numbered = {
    ...request,
    ...(registrationNumber === undefined ? {} : { registrationNumber })
  }
  // A register that makes the number has made the person with it.
  if (writes(parts.options) && origin === 'generate') {
    await push.newborn(task, uin, numbered)
  }
  if (!publishes(parts.options)) return
  if (foetalDeathEvents.includes(request.event.type)) {
    await publishEvent(parts, task, 'foetalDeath', { uin })
  } else {
    const members = birthMembers(parts, uin, numbered)
    await publishEvent(parts, task, 'liveBirth', members)
  }
}

function numberOf(
  parts: OsiaParts,
  task: Task,
  { identifier = '' }: SystemRequest
): string {
  if (identifier !== '') return identifier
  const call = named(parts, task, 'the request')
  throw requestError(call, 'the record has no number of this register.')
}

async function update(
  parts: OsiaParts,
  push: Push,
  task: Task,
  uin: string,
  request: SystemRequest
): Promise<void> {
  if (writes(parts.options)) await push.changes(task, uin, request)
  await publishAll(parts, task, topicsOfChanges(request.changes), uin)
}

async function tellDeath(
  parts: OsiaParts,
  push: Push,
  task: Task,
  uin: string
): Promise<void> {
  if (writes(parts.options) && parts.options.push.physicalStatus) {
    await push.physicalStatus(task, uin, 'DEAD')
  }
  await publishAll(parts, task, ['death'], uin)
}

async function withdraw(
  parts: OsiaParts,
  push: Push,
  task: Task,
  uin: string,
  request: SystemRequest
): Promise<void> {
  const topic = withdrawalTopic(parts, request)
  const isWritten = canWriteWithdrawal(parts, request)
  if (!isWritten && topic === undefined) {
    const what = `withdraw of a ${request.cause ?? 'record'}`
    throw notConfigured(parts, task, what)
  }
  if (isWritten && request.cause === 'reversal') {
    await push.physicalStatus(task, uin, 'ALIVE')
  } else if (isWritten) {
    await push.endIdentities(task, uin, 'ours', request)
  }
  if (topic !== undefined) await publishAll(parts, task, [topic], uin)
}

function canWriteWithdrawal(
  { options }: OsiaParts,
  { cause }: SystemRequest
): boolean {
  const { physicalStatus, revoke } = options.push
  return writes(options) && (cause === 'reversal' ? physicalStatus : revoke)
}

/** OSIA has no event for a death that is undone: the register reads the person again (FACTS 2.5). */
function withdrawalTopic(
  { options }: OsiaParts,
  { cause, event }: SystemRequest
): OsiaTopic | undefined {
  if (!publishes(options)) return undefined
  const { reversal, revocation } = options.withdraw
  const standard = event.type === 'birth' ? 'birthCancellation' : 'updatePerson'
  const chosen =
    cause === 'reversal'
      ? (reversal ?? 'updatePerson')
      : (revocation ?? standard)
  return chosen === false ? undefined : chosen
}

async function publishAll(
  parts: OsiaParts,
  task: Task,
  topics: readonly OsiaTopic[],
  uin: string
): Promise<void> {
  if (!publishes(parts.options)) return
  for (const topic of topics) await publishEvent(parts, task, topic, { uin })
}

function notConfigured(parts: OsiaParts, task: Task, what: string): Error {
  return failure(
    named(parts, task, 'the request'),
    `was asked for, but ${what} is not configured. Nothing was sent.`,
    { code: 'ERR_SYSTEM_CAPABILITY' }
  )
}
