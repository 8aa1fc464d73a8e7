import { GROUPS, readArguments } from '../../bench/arguments'

describe('the arguments of the bench', () => {
  it('measure everything when nothing is named', () => {
    expect(readArguments([])).toMatchObject({
      groups: [...GROUPS],
      stores: ['sqlite', 'postgres'],
      concurrency: [1, 16, 64, 256],
      backlogs: [0, 100_000, 1_000_000],
      memory: 100_000
    })
  })

  it('measure what is named, and only that', () => {
    const asked = readArguments([
      ...['--only', 'trigger,callback', '--store', 'sqlite'],
      ...['--concurrency', '16,64', '--backlog', '0,100000'],
      ...['--seconds', '2.5', '--repeats', '5']
    ])
    expect(asked).toMatchObject({
      groups: ['trigger', 'callback'],
      stores: ['sqlite'],
      concurrency: [16, 64],
      backlogs: [0, 100_000],
      seconds: 2.5,
      repeats: 5
    })
  })

  it('take a measurement of its own as named', () => {
    const asked = readArguments(['--memory', '5000', '--start-up'])
    expect(asked).toMatchObject({
      groups: ['memory', 'start-up'],
      memory: 5000
    })
  })

  it('let what is given stand against --quick', () => {
    const asked = readArguments(['--quick', '--repeats', '2'])
    expect(asked).toMatchObject({ repeats: 2, seconds: 0.5 })
  })

  it.each([
    [['--only', 'everything'], '--only everything: it takes trigger'],
    [['--store', 'memory'], '--store memory: it takes sqlite, postgres'],
    [['--concurrency', '0'], '--concurrency 0: it takes whole numbers from 1'],
    [['--seconds', 'soon'], '--seconds soon']
  ])('are refused where they mean nothing: %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message)
  })
})
