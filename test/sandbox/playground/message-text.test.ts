import { createMessageText } from '../../../src/sandbox/playground/message-text'

describe('the text of a message', () => {
  it.each([
    ['Hello', 'Hello'],
    ['Hello {name}!', 'Hello Amina!'],
    ['{who}', ''],
    ['{name, select, Amina {yes} other {no}}', 'yes'],
    ['{name, select, Beatrice {yes} other {no}}', 'no'],
    ['{name, select, Amina {It is {name}.} other {}} End', 'It is Amina. End'],
    ["It''s here", "It's here"],
    ["It's here", "It's here"],
    ["Write '{name}' here", 'Write {name} here'],
    ["Open '{", 'Open {']
  ])('of %j is %j', (defaultMessage, expected) => {
    const text = createMessageText()
    expect(text({ id: 'x', defaultMessage }, { name: 'Amina' })).toBe(expected)
  })

  it.each(['{name', '{count, plural, one {#} other {#}}'])(
    'is shown as written when it cannot be read: %s',
    (defaultMessage) => {
      expect(createMessageText()({ id: 'x', defaultMessage })).toBe(
        defaultMessage
      )
    }
  )

  it('is the country’s own where it has one', () => {
    const text = createMessageText({ greeting: 'Jambo {name}' })
    expect(
      text({ id: 'greeting', defaultMessage: 'Hello' }, { name: 'Amina' })
    ).toBe('Jambo Amina')
  })
})
