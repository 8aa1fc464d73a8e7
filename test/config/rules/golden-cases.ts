import type { ConditionalData } from '../../../src/config/rules/conditional'

export const NOW = '2026-06-15'

type Input = Partial<ConditionalData>
/** One input for which the conditional holds and one for which it does not. */
type Case =
  | { yes: Input; no: Input }
  /** The same for every input. */
  | { constant: boolean }
  /** Cannot be compiled, by core neither. */
  | { broken: RegExp }

/** Data with these form fields. */
export function form($form: ConditionalData['$form']): Input {
  return { $form }
}

const absent = form({})
const aIsX = { yes: form({ a: 'x' }), no: form({ a: 'y' }) }
const name = {
  yes: form({ 'a.name': "Ana O'Neill (Bo)" }),
  no: form({ 'a.name': 'Ana!' })
}
const firstname = {
  yes: form({ 'a.name': { firstname: 'Ana' } }),
  no: form({ 'a.name': { firstname: 'Ana!' } })
}
const beforeNow = {
  yes: form({ 'a.dob': NOW }),
  no: form({ 'a.dob': '2026-06-16' })
}
const dobPartBeforeNow = {
  // An AGE field: core makes a date of birth of it.
  yes: form({ 'a.dob': { age: 3, asOfDateRef: 'a.on' } }),
  no: form({ 'a.dob': { age: 3, asOfDateRef: 'a.on' }, 'a.on': '2040-01-01' })
}
/** Thirty days before 15 June 2026 is 16 May; the limit itself is neither before nor after. */
const before30DaysAgo = {
  yes: form({ 'a.dob': '2026-05-15' }),
  no: form({ 'a.dob': '2026-05-16' })
}
const afterIn30Days = {
  yes: form({ 'a.dob': '2026-07-16' }),
  no: form({ 'a.dob': '2026-07-15' })
}

export const CASES: Readonly<Record<string, Case>> = {
  "field('applicant.name').isEqualTo('John')": {
    yes: form({ 'applicant.name': 'John' }),
    no: absent
  },
  "field('applicant.consent').isEqualTo(true)": {
    yes: form({ 'applicant.consent': true }),
    no: form({ 'applicant.consent': 'true' })
  },
  "field('applicant.consent').isEqualTo(false)": {
    yes: form({ 'applicant.consent': false }),
    no: absent
  },
  "field('applicant.count').isEqualTo(3)": {
    yes: form({ 'applicant.count': 3 }),
    no: form({ 'applicant.count': '3' })
  },
  "field('a.fetch').get('data.status').isEqualTo('ok')": {
    yes: form({ 'a.fetch': { data: { status: 'ok' } } }),
    no: form({ 'a.fetch': { data: null } })
  },
  "field('a.fetch').get('data').isEqualTo('ok')": {
    yes: form({ 'a.fetch': { data: 'ok' } }),
    no: form({ 'a.fetch': 'ok' })
  },
  "field('a.fetch').getByPath(['data', 'x.y']).isEqualTo('ok')": {
    yes: form({ 'a.fetch': { data: { 'x.y': 'ok' } } }),
    no: form({ 'a.fetch': { data: { x: { y: 'ok' } } } })
  },
  "field('a').isEqualTo(field('b'))": {
    yes: form({ a: 'x', b: 'x' }),
    no: form({ a: 'x', b: 'y' })
  },
  "field('a').get('x').isEqualTo(field('b').get('y.z'))": {
    yes: form({ a: { x: 1 }, b: { y: { z: 1 } } }),
    no: form({ a: { x: 1 }, b: { y: { z: 2 } } })
  },
  "field('a.verified').isFalsy()": {
    yes: form({ 'a.verified': '' }),
    no: form({ 'a.verified': 0 })
  },
  "field('a.fetch').get('loading').isFalsy()": {
    yes: absent,
    no: form({ 'a.fetch': { loading: true } })
  },
  "field('a.fetch').get('data').isFalsy()": {
    yes: form({ 'a.fetch': { data: null } }),
    no: form({ 'a.fetch': { data: {} } })
  },
  "field('a.fetch').get('data.status').isFalsy()": {
    yes: form({ 'a.fetch': { data: {} } }),
    no: form({ 'a.fetch': { data: null } })
  },
  "field('a').isUndefined()": { yes: absent, no: form({ a: null }) },
  "field('a.fetch').get('data').isUndefined()": {
    yes: absent,
    no: form({ 'a.fetch': { data: 'x' } })
  },
  "field('a.verified').inArray(['verified', 'authenticated'])": {
    yes: form({ 'a.verified': 'verified' }),
    no: form({ 'a.verified': 'pending' })
  },
  "field('a.fetch').get('data.status').inArray(['x', 'y'])": {
    yes: form({ 'a.fetch': { data: { status: 'y' } } }),
    no: form({ 'a.fetch': { data: { status: 'z' } } })
  },
  "not(field('a').isEqualTo('x'))": { yes: absent, no: form({ a: 'x' }) },
  "not(field('a.fetch').get('loading').isFalsy())": {
    yes: form({ 'a.fetch': { loading: true } }),
    no: absent
  },
  "and(field('a').isEqualTo('x'), field('b').isEqualTo('y'))": {
    yes: form({ a: 'x', b: 'y' }),
    no: form({ a: 'x' })
  },
  "and(field('a').isEqualTo('x'))": aIsX,
  'and()': { broken: /and\(\) without conditions/ },
  "or(field('a').isEqualTo('x'), field('b').isEqualTo('y'))": {
    yes: form({ b: 'y' }),
    no: form({ a: 'y', b: 'x' })
  },
  "or(field('a').isEqualTo('x'))": aIsX,
  'or()': { broken: /or\(\) without conditions/ },
  'never()': { constant: false },
  'not(never())': { constant: true },
  'always()': { constant: true },
  "and(field('a').isEqualTo('x'), never())": { constant: false },
  'user.isOnline()': { yes: { $online: true }, no: { $online: false } },
  'not(user.isOnline())': { yes: { $online: false }, no: { $online: true } },
  "user.hasRole('LOCAL_REGISTRAR')": {
    yes: { $user: { role: 'LOCAL_REGISTRAR' } },
    no: { $user: { role: 'FIELD_AGENT' } }
  },
  "user.hasScope('record.register')": {
    yes: { $user: { scope: ['record.read', 'record.register'] } },
    no: { $user: { scope: [] } }
  },
  "flag('pending-first-certificate-issuance')": {
    yes: { $flags: ['pending-first-certificate-issuance'] },
    no: { $flags: [] }
  },
  "status('DECLARED')": {
    yes: { $status: 'DECLARED' },
    no: { $status: 'REGISTERED' }
  },
  "field('a.dob').isBefore().now()": beforeNow,
  "field('a.dob').isAfter().now()": {
    yes: form({ 'a.dob': NOW }),
    no: form({ 'a.dob': '2026-06-14' })
  },
  "field('a.dob').isBefore().date('2020-01-01')": {
    yes: form({ 'a.dob': '2020-01-01' }),
    no: form({ 'a.dob': '2020-01-02' })
  },
  "field('a.dob').isAfter().date('2020-01-01')": {
    yes: form({ 'a.dob': '2020-01-01' }),
    no: form({ 'a.dob': '2020-02-30' })
  },
  "field('a.dob').isBefore().date(field('b.dob'))": {
    yes: form({ 'a.dob': '2020-01-01', 'b.dob': '2020-01-02' }),
    no: form({ 'a.dob': '2020-01-03', 'b.dob': '2020-01-02' })
  },
  "field('a.dob').isAfter().date(field('b.dob'))": {
    yes: form({ 'a.dob': '2020-01-03', 'b.dob': '2020-01-02' }),
    no: form({ 'a.dob': '2020-01-01', 'b.dob': '2020-01-02' })
  },
  "field('a.dob').isBefore().days(30).inPast()": before30DaysAgo,
  "field('a.dob').isBefore().days(30).inFuture()": {
    yes: form({ 'a.dob': '2026-07-14' }),
    no: form({ 'a.dob': '2026-07-15' })
  },
  "field('a.dob').isBefore().days(30).fromNow()": before30DaysAgo,
  "field('a.dob').isBefore().days(30).fromDate('2020-01-01')": {
    yes: form({ 'a.dob': '2019-12-01' }),
    no: form({ 'a.dob': '2019-12-02' })
  },
  "field('a.dob').isBefore().days(30).fromDate(field('b.dob'))": {
    yes: form({ 'a.dob': '2019-12-01', 'b.dob': '2020-01-01' }),
    no: form({ 'a.dob': '2019-12-02', 'b.dob': '2020-01-01' })
  },
  "field('a.dob').isAfter().days(30).inPast()": {
    yes: form({ 'a.dob': '2026-05-17' }),
    no: form({ 'a.dob': '2026-05-16' })
  },
  "field('a.dob').isAfter().days(30).inFuture()": afterIn30Days,
  "field('a.dob').isAfter().days(30).fromNow()": afterIn30Days,
  "field('a.dob').isAfter().days(30).fromDate(field('b.dob'))": {
    yes: form({ 'a.dob': '2020-02-01', 'b.dob': '2020-01-01' }),
    // Without the other date, today is what it is measured from.
    no: form({ 'a.dob': '2020-02-01' })
  },
  "field('a.dob').get('dob').isBefore().now()": dobPartBeforeNow,
  "field('a.dob').asDob().isBefore().now()": dobPartBeforeNow,
  "field('a.count').isBetween(1, 5)": {
    yes: form({ 'a.count': 5 }),
    no: form({ 'a.count': 6 })
  },
  "field('a.count').isGreaterThan(2)": {
    yes: form({ 'a.count': 3 }),
    no: form({ 'a.count': 2 })
  },
  "field('a.count').isLessThan(2)": {
    yes: form({ 'a.count': 1 }),
    no: form({ 'a.count': 2 })
  },
  "field('a.count').isGreaterThan(field('b.count'))": {
    yes: form({ 'a.count': 3, 'b.count': 2 }),
    no: form({ 'a.count': 2, 'b.count': 2 })
  },
  "field('a.id').matches('^[0-9]{10}$')": {
    yes: form({ 'a.id': '0123456789' }),
    no: form({ 'a.id': '012345678x' })
  },
  "field('a.obj').get('x').matches('^[0-9]+$')": {
    broken: /means nothing in a JSON Schema/
  },
  "field('a.name').isValidEnglishName()": name,
  "field('a.name').get('firstname').isValidEnglishName()": firstname,
  "field('a.address').isValidAdministrativeLeafLevel()": {
    yes: {
      ...form({
        'a.address': { addressType: 'DOMESTIC', administrativeArea: 'leaf' }
      }),
      $leafAdminStructureLocationIds: [{ id: 'leaf' }]
    },
    no: form({
      'a.address': { addressType: 'DOMESTIC', administrativeArea: 'leaf' }
    })
  },
  "field('a.name').object({ firstname: field('firstname').isValidEnglishName() })":
    firstname,
  "and(or(field('a').isEqualTo('x'), field('b').isEqualTo('y')), not(field('c').isFalsy()))":
    { yes: form({ b: 'y', c: 'z' }), no: form({ b: 'y' }) },
  "and(field('a').isEqualTo('x'), field('f').get('loading').isFalsy(), not(or(field('v').isEqualTo('pending'), field('v').isEqualTo('verified'), field('v').isEqualTo('authenticated'), field('v').isEqualTo('failed'))))":
    { yes: form({ a: 'x' }), no: form({ a: 'x', v: 'failed' }) },
  "or(or(never(), field('v').isEqualTo('verified')), field('v').isEqualTo('authenticated'))":
    { yes: form({ v: 'authenticated' }), no: form({ v: 'pending' }) },
  "not(or(or(never(), field('v').isEqualTo('verified')), field('v').isEqualTo('authenticated')))":
    { yes: form({ v: 'pending' }), no: form({ v: 'verified' }) },
  "and(user.isOnline(), field('v').isFalsy())": {
    yes: absent,
    no: form({ v: 'x' })
  },
  "or(field('informant.relation').isEqualTo('MOTHER'), not(field('mother.detailsNotAvailable').isEqualTo(true)))":
    {
      yes: form({
        'informant.relation': 'MOTHER',
        'mother.detailsNotAvailable': true
      }),
      no: form({ 'mother.detailsNotAvailable': true })
    },
  "defineConditional({ type: 'object', properties: { $form: { type: 'object' } }, required: ['$form'] })":
    { constant: true },
  "defineFormConditional({ type: 'object', properties: { a: { type: 'string', minLength: 3 } }, required: ['a'] })":
    { yes: form({ a: 'abc' }), no: form({ a: 'ab' }) }
}
