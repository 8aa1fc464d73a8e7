import fc from '../../fast-check'
import {
  readReturnAddress,
  recordOf
} from '../../../src/authentication/sign-in/return-address'

const ID = '12582b28-4051-4f7a-9ea8-6ecb9091dadb'
const ALLOWED = {
  clientOrigin: 'https://register.example.org',
  ownPaths: ['/api/countryconfig', '/__national-id/national-id']
}
const PAGE = `${ALLOWED.clientOrigin}/events/declare/${ID}/pages/mother`

describe('a return address', () => {
  it('is a page of the client, without query and fragment, and tells its record', () => {
    for (const end of ['', '?from=review', '#child.name', '?a=/x#b?c'])
      expect(readReturnAddress(`${PAGE}${end}`, ALLOWED)).toEqual({
        url: PAGE,
        eventId: ID
      })
  })

  it('keeps the path as it is', () => {
    const page = `${ALLOWED.clientOrigin}/a%20b/${ID}/pages/%C3%A9t%C3%A9/`
    expect(readReturnAddress(page, ALLOWED)).toEqual({
      url: page,
      eventId: ID
    })
  })

  it('of a record that was begun offline has no record id', () => {
    const page = `${ALLOWED.clientOrigin}/events/declare/tmp-${ID}/pages/mother`
    expect(readReturnAddress(page, ALLOWED)).toEqual({ url: page })
  })

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a path', `/events/declare/${ID}/pages/mother`],
    ['an address without scheme', `//evil.example/${ID}`],
    ['another host', `https://evil.example/events/declare/${ID}`],
    ['a longer host', `https://register.example.org.evil.example/${ID}`],
    ['a subdomain', `https://x.register.example.org/${ID}`],
    ['another scheme', `http://register.example.org/${ID}`],
    ['another port', `https://register.example.org:8443/${ID}`],
    ['the default port', `https://register.example.org:443/${ID}`],
    ['a user', `https://register.example.org@evil.example/${ID}`],
    ['a user of ours', `https://user@register.example.org/${ID}`],
    ['a password', `https://a:b@register.example.org/${ID}`],
    ['an empty user', `https://@register.example.org/${ID}`],
    ['backslashes', `https:\\\\register.example.org\\${ID}`],
    ['a backslash host', `https://register.example.org\\@evil.example/${ID}`],
    ['a backslash path', `https://register.example.org/\\evil.example/${ID}`],
    ['a tab', `https://register.example.org/\t${ID}`],
    ['a newline', `https://register.example.org/${ID}\r\nset-cookie: a=b`],
    ['a space before', ` ${PAGE}`],
    ['a null', `https://register.example.org/\0${ID}`],
    ['dot segments', `https://register.example.org/x/../${ID}`],
    ['hidden dot segments', `https://register.example.org/x/%2e%2e/${ID}`],
    ['capital letters in the host', `https://Register.Example.org/${ID}`],
    ['capital letters in the scheme', `HTTPS://register.example.org/${ID}`],
    ['look-alike letters', `https://rеgister.example.org/${ID}`],
    ['full-width letters', `https://register。example.org/${ID}`],
    ['three slashes', `https:///register.example.org/${ID}`],
    ['no slashes', `https:register.example.org/${ID}`],
    ['a script', `javascript:location='https://register.example.org/${ID}'`],
    ['data', `data:text/html,${ID}`],
    ['a blob', `blob:https://register.example.org/${ID}`],
    ['a file', `file:///${ID}`],
    [
      'our own callback',
      `https://register.example.org/api/countryconfig/national-id/${ID}`
    ],
    ['no record', 'https://register.example.org/workqueue/all'],
    ['half a record id', `https://register.example.org/events/${ID}0`],
    ['a record id in the query', `https://register.example.org/?id=${ID}`],
    ['too long an address', `${PAGE}/${'a'.repeat(1000)}`]
  ])('is not %s', (_, text) => {
    expect(readReturnAddress(text, ALLOWED)).toBeUndefined()
  })

  it('leads to the client, whatever it is made of', () => {
    const pieces = fc.constantFrom(
      ...['https:', 'http:', '/', '//', '\\', '@', ':', '?', '#', '.', '..'],
      ...['%2f', '%5c', '%00', '\t', '\n', ' ', 'evil.example', ID],
      ...['register.example.org', 'https://register.example.org']
    )
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join('')),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc
        .tuple(fc.string(), fc.string())
        .map(([before, after]) => `${before}${PAGE}${after}`)
    )
    fc.assert(
      fc.property(text, (address) => {
        const read = readReturnAddress(address, ALLOWED)
        if (read === undefined) return
        const url = new URL(read.url)
        expect(url.origin).toBe(ALLOWED.clientOrigin)
        expect(url.href).toBe(read.url)
        expect(url.search + url.hash + url.username).toBe('')
        expect(address.startsWith(read.url)).toBe(true)
      }),
      { numRuns: 500 }
    )
  })
})

describe('the record of a page', () => {
  it('is the first id in its path', () => {
    const other = ID.replace('1', '2')
    expect(recordOf(`/events/declare/${ID}/pages/${other}`)).toEqual({
      eventId: ID
    })
    expect(recordOf(`/events/declare/tmp-${ID}/pages/${other}`)).toEqual({})
    expect(recordOf('/events/declare/tmp-/pages')).toBeUndefined()
    expect(recordOf(`/${ID}x/x${ID}/pages`)).toBeUndefined()
  })
})
