import {
  CALLBACK,
  CLIENT,
  formPage,
  START,
  startUrl,
  useSignIn
} from './sign-in-environment'

const world = useSignIn()

const ID = '12582b28-4051-4f7a-9ea8-6ecb9091dadb'

describe('the start of a sign-in', () => {
  it.each([
    ['another site', `https://evil.example/events/declare/${ID}`],
    ['a host that begins like ours', `${CLIENT}.evil.example/${ID}`],
    ['a user that looks like our host', `${CLIENT}@evil.example/${ID}`],
    ['a backslash', `${CLIENT}\\@evil.example/${ID}`],
    ['no scheme', `//evil.example/${ID}`],
    ['a script', `javascript:alert(1)//${ID}`],
    ['a page of no record', `${CLIENT}/workqueue/all`],
    ['our own routes', `${CLIENT}/api/countryconfig/national-id/${ID}`],
    ['a new line', `${CLIENT}/${ID}\r\nlocation: https://evil.example`]
  ])('with the address of %s leads nowhere', async (_, address) => {
    await world.begin()
    const page = await world.registrar.get(startUrl(address))
    expect(page.status).toBe(400)
    expect(page.location).toBe('')
    expect(page.setCookies).toEqual([])
    expect(page.text).not.toContain('evil')
    expect(page.text).not.toContain(ID)
    expect(world.provider.begun).toEqual([])
    const [line] = world.environment.lines.filter(
      ({ code }) => code === 'ERR_RETURN_ADDRESS'
    )
    expect(page.text).toContain(String(line?.reference))
    expect(JSON.stringify(line)).not.toContain('evil')
  })

  it.each([
    ['no person', { event: 'birth', redirect_uri: formPage().url }],
    ['no event', { person: 'mother', redirect_uri: formPage().url }],
    ['no address', { person: 'mother', event: 'birth' }],
    [
      'a person whom the event does not have',
      { person: 'informant', event: 'birth', redirect_uri: formPage().url }
    ],
    [
      'an event that is not configured',
      { person: 'mother', event: 'marriage', redirect_uri: formPage().url }
    ],
    [
      "the name of an object's member",
      { person: 'mother', event: 'constructor', redirect_uri: formPage().url }
    ]
  ])('with %s leads nowhere', async (_, query) => {
    await world.begin()
    const url = `${START}?${new URLSearchParams(query as Record<string, string>).toString()}`
    const page = await world.registrar.get(url)
    expect(page.status).toBe(400)
    expect(page.location).toBe('')
    expect(world.provider.begun).toEqual([])
  })

  it('with a value given twice leads nowhere', async () => {
    await world.begin()
    const { url } = formPage()
    const again = new URLSearchParams({
      redirect_uri: 'https://evil.example'
    }).toString()
    for (const more of [again, 'person=father', 'event=death']) {
      const page = await world.registrar.get(`${startUrl(url)}&${more}`)
      expect(page.status).toBe(400)
    }
  })

  it('is for the subject of the event as well', async () => {
    await world.begin()
    const { url } = formPage()
    const page = await world.registrar.get(startUrl(url, 'deceased', 'death'))
    expect(page.status).toBe(302)
  })

  it("is not disturbed by the country's other cookies", async () => {
    await world.begin()
    const page = await world.registrar.send(startUrl(formPage().url), {
      headers: { cookie: 'opencrvs={"a":1,"b":"ü"}; c d=e; x' }
    })
    expect(page.status).toBe(302)
  })

  it('comes back to where it was allowed to, also when the options have changed since', async () => {
    await world.begin()
    const start = await world.registrar.get(startUrl(formPage().url))
    const sealed = world.registrar.cookies.find(({ path }) =>
      path.endsWith('/callback')
    )!
    const state = new URL(start.location).searchParams.get('state') ?? ''
    // The same key, and so a cookie that opens; another client.
    await world.begin({
      publicUrl: 'http://countryconfig.elsewhere.test',
      opencrvs: { clientUrl: 'http://register.elsewhere.test' }
    })
    world.registrar.cookies.push(sealed)
    const back = await world.registrar.get(
      `${CALLBACK}?code=x&state=${state}`,
      true
    )
    expect(back.status).toBe(400)
  })
})
