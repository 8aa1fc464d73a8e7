import { formAttributes } from '../../../src/authentication/sign-in/form-attributes'
import type { JsonValue } from '../../../src/domain/json'

describe('the attributes of a form', () => {
  it('are what the mapping made, by their names', () => {
    const name = { firstname: 'Amara', surname: 'Oyelaran' }
    const attributes = { phone: '+999', address: { town: 'Ilesa' } }
    expect(
      formAttributes({ name, sex: 'female', identifier: '1', attributes })
    ).toEqual({ name, sex: 'female', identifier: '1', ...attributes })
  })

  it('cannot be mistaken for others, nor for what every object has', () => {
    const attributes: Record<string, JsonValue> = JSON.parse(
      '{"__proto__":{"a":1},"constructor":1,"prototype":1,"name":"x","identifier":"x","dateOfBirth":"x","sex":"x"}'
    )
    const given = formAttributes({ attributes })
    expect(Object.keys(given)).toEqual([])
    expect(Object.getPrototypeOf(given)).toBe(Object.prototype)
    expect(Object.hasOwn(given, 'a') || 'a' in given).toBe(false)
  })
})
