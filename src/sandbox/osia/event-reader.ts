import { isJsonObject, parseJsonObject, textOf } from '../json-object'
import type { JsonObject } from '../../domain/json'
import { textsIn } from './attributes'
import type { OsiaPeople } from './people'
import type { PopulationRegister } from './population-register'
import type { ReadBack } from './read-back'

export type EventReaderParts = {
  lateTopic: string | undefined
  people: OsiaPeople
  readBack: ReadBack
  register: PopulationRegister
}

/**
 * What the register does about an event of civil registration: an event holds numbers alone, so it reads the people
 * back and takes over what it was told (OSIA's use cases "Birth" and "Death").
 */
export async function readEvent(
  parts: EventReaderParts,
  topic: string,
  text: string
): Promise<void> {
  const event = parseJsonObject(text)
  if (event === undefined) return
  if (topic === parts.lateTopic) takeWithoutNumber(parts, event)
  const uin = textOf(event.uin)
  switch (topic) {
    case 'liveBirth':
      return takeBirth(parts, uin, event)
    case 'death':
      return takeDeath(parts, uin)
    case 'changeOfName':
    case 'changeOfGender':
    case 'updatePerson':
      return takeChange(parts, uin, topic)
    case 'birthCancellation':
      cancel(parts, uin)
  }
}

async function takeBirth(
  { readBack, register }: EventReaderParts,
  uin: string,
  event: JsonObject
): Promise<void> {
  const parents = [event.uin1, event.uin2]
    .map(textOf)
    .filter((one) => one !== '')
  const child = await readBack.read(uin, 'liveBirth')
  if (child === undefined) return
  for (const parent of parents) {
    const told = await readBack.read(parent, 'liveBirth')
    if (told !== undefined && register.known(parent) === undefined) {
      register.take(parent, told, 'liveBirth')
    }
  }
  register.take(uin, child, 'liveBirth', parents)
}

async function takeDeath(
  { readBack, register }: EventReaderParts,
  uin: string
): Promise<void> {
  const told = await readBack.read(uin, 'death')
  const person =
    register.known(uin) ??
    (told === undefined ? undefined : register.take(uin, told, 'death'))
  if (person === undefined) return
  const { status } = person
  register.setStatus(person, { status, physicalStatus: 'DEAD' }, 'death')
}

async function takeChange(
  { readBack, register }: EventReaderParts,
  uin: string,
  topic: string
): Promise<void> {
  const told = await readBack.read(uin, topic)
  if (told !== undefined) register.take(uin, told, topic)
}

function cancel({ register }: EventReaderParts, uin: string): void {
  const person = register.known(uin)
  if (person === undefined) return
  const { physicalStatus } = person
  register.setStatus(
    person,
    { status: 'INACTIVE', physicalStatus },
    'birthCancellation'
  )
}

/** A message of the country's own: there is no number to read anybody back by, so it holds what it holds. */
function takeWithoutNumber(
  { people, register }: EventReaderParts,
  event: JsonObject
): void {
  const attributes = textsIn(flat(event))
  const { source: _source, ...own } = attributes
  const person = people.add({
    uin: `late-${people.all.length + 1}`,
    attributes: own,
    isReserved: true
  })
  register.assignLater(person)
}

/** The members of an object, and those of the objects in it. */
function flat(object: JsonObject): JsonObject {
  const inner = Object.values(object).filter((value) => isJsonObject(value))
  return Object.assign({ ...object }, ...inner) as JsonObject // Merged from JSON objects.
}
