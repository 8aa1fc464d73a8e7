import type { ServerResponse } from 'node:http'
import {
  json,
  openLoopback,
  type Loopback,
  type Received
} from '../http/loopback'

type Identity = Record<string, unknown> & { identityId: string; status: string }

/** A register of one country, small but with a memory: what it holds is what tests look at. */
export type Register = {
  url: string
  received: Received[]
  /** Numbers made, by the `transactionId` that asked for each. */
  minted: Array<{
    transactionId: string
    uin: string
    attributes: Record<string, unknown>
  }>
  persons: Map<string, { status: string; physicalStatus: string }>
  identities: Map<string, Identity[]>
  references: Map<string, string>
  /** What was published, in order. */
  published: Array<{ topic: string; subject: string; message: unknown }>
  topics: Map<string, string>
  /** People whom `queryPersonList` finds besides those whose number was made here. */
  known: Array<Record<string, string>>
  /** Whether a new number is found at once. */
  showsNumbers: boolean
  /** Answers a call itself, instead of the register; true when it has. */
  instead: (received: Received, response: ServerResponse) => boolean
  /** After this call was done, its answer is lost. */
  cutAfter: (received: Received) => boolean
  close(): Promise<void>
}

/** Opens a register on this machine. */
export async function openRegister(): Promise<Register> {
  const register: Omit<Register, 'url' | 'received' | 'close'> = {
    minted: [],
    persons: new Map(),
    identities: new Map(),
    references: new Map(),
    published: [],
    topics: new Map(),
    known: [],
    showsNumbers: true,
    instead: () => false,
    cutAfter: () => false
  }
  const server: Loopback = await openLoopback((received, response) => {
    if (opened.instead(received, response)) return
    const [status, body] = answer(opened, received)
    if (opened.cutAfter(received)) {
      received.request.socket.destroy()
      return
    }
    if (body === undefined) response.writeHead(status).end()
    else json(response, status, body)
  })
  const { close, received, url } = server
  const opened: Register = Object.assign(register, { url, received, close })
  return opened
}

type Answer = [status: number, body?: unknown]

function answer(register: Register, { body, method, path }: Received): Answer {
  const url = new URL(path, 'http://x')
  const [, , first = '', id = '', third, identityId, last] =
    url.pathname.split('/')
  const data: Record<string, unknown> =
    body === '' ? {} : (JSON.parse(body) as Record<string, unknown>)
  switch (first) {
    case 'uin':
      return mint(register, url, data)
    case 'topics':
      return topic(register, method, url, id, data)
    case 'persons':
      if (id === '') return query(register, url)
      if (url.searchParams.has('attributeNames')) return read(register, url, id)
      return third === 'identities'
        ? identity(register, method, url, [id, identityId, last], data)
        : person(register, method, id, data)
    default:
      return [404]
  }
}

function mint(
  register: Register,
  url: URL,
  attributes: Record<string, unknown>
): Answer {
  const transactionId = url.searchParams.get('transactionId') ?? ''
  const uin = String(1_235_567_890 + register.minted.length)
  register.minted.push({ transactionId, uin, attributes })
  return [200, uin]
}

function query(register: Register, url: URL): Answer {
  const asked = [...url.searchParams].filter(
    ([name]) => name !== 'offset' && name !== 'limit'
  )
  const born = register.showsNumbers
    ? register.minted.map(({ attributes, uin }) => ({ ...attributes, uin }))
    : []
  const people: Array<Record<string, unknown>> = [...register.known, ...born]
  const hits = people.filter((one) =>
    asked.every(([name, value]) => String(one[name]) === value)
  )
  return hits.length === 0 ? [404] : [200, hits.map(({ uin }) => uin)]
}

/** What is asked of one of those whom it knows. */
function read({ known }: Register, url: URL, uin: string): Answer {
  const person = known.find((one) => one.uin === uin)
  if (person === undefined) return [404]
  const names = url.searchParams.getAll('attributeNames')
  return [200, Object.fromEntries(names.map((name) => [name, person[name]]))]
}

function topic(
  register: Register,
  method: string,
  url: URL,
  uuid: string,
  message: unknown
): Answer {
  const named = [...register.topics].map(([name, id]) => ({ uuid: id, name }))
  if (method === 'GET') return [200, named]
  if (uuid === '') {
    const name = url.searchParams.get('name') ?? ''
    const made = register.topics.get(name) ?? `uuid-${name}`
    register.topics.set(name, made)
    return [200, { uuid: made, name }]
  }
  const found = named.find((one) => one.uuid === uuid)
  if (found === undefined) return [400, { code: 1, message: 'no topic' }]
  const subject = url.searchParams.get('subject') ?? ''
  register.published.push({ topic: found.name, subject, message })
  return [200]
}

function person(
  register: Register,
  method: string,
  id: string,
  data: Record<string, unknown>
): Answer {
  const there = register.persons.get(id)
  const given = {
    status: String(data.status),
    physicalStatus: String(data.physicalStatus)
  }
  if (method === 'POST') {
    if (there !== undefined) return [409]
    register.persons.set(id, given)
    return [201]
  }
  if (there === undefined) return [404]
  if (method === 'GET') return [200, { personId: id, ...there }]
  register.persons.set(id, given)
  return [204]
}

function identity(
  register: Register,
  method: string,
  url: URL,
  [id = '', identityId, last]: Array<string | undefined>,
  data: Record<string, unknown>
): Answer {
  const all = register.identities.get(id) ?? []
  const there = all.find((one) => one.identityId === identityId)
  if (method === 'GET') return [200, all]
  if (method === 'POST') {
    if (!register.persons.has(id)) return [404]
    if (there !== undefined) return [409]
    const named = identityId ?? `theirs-${all.length + 1}`
    const made = { ...data, identityId: named, status: String(data.status) }
    register.identities.set(id, [...all, made])
    return identityId === undefined ? [200, { identityId: named }] : [201]
  }
  if (there === undefined) return [404]
  if (last === 'status') {
    there.status = url.searchParams.get('status') ?? ''
    return [204]
  }
  if (last === 'reference') {
    register.references.set(id, there.identityId)
    return [204]
  }
  // The standard: an identity can be changed only while it is CLAIMED.
  if (there.status !== 'CLAIMED') return [403]
  there.biographicData = {
    ...(method === 'PATCH' ? Object(there.biographicData) : {}),
    ...Object(data.biographicData)
  }
  return [204]
}
