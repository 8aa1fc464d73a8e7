import * as Hapi from '@hapi/hapi'
import { resolveOptions } from '../../src/config/resolve'
import { actionHandler } from '../../src/handlers/action'
import {
  refuseTakenRoutes,
  warnAboutMissedTriggers
} from '../../src/handlers/route-checks'
import { minimalOptions } from '../config/options-fixture'

function source() {
  return undefined
}

function warningsOf(server: Hapi.Server): object[] {
  const lines: object[] = []
  const { events } = resolveOptions({
    ...minimalOptions(),
    registrationNumber: () => 'n',
    events: {
      birth: {
        subject: 'child',
        rules: {
          REGISTER: [{ name: 'all', then: { kind: 'registerOnly' } }],
          'CUSTOM:REVOKE': [{ name: 'all', then: { kind: 'registerOnly' } }]
        }
      }
    }
  })
  const note = (fields: object) => void lines.push(fields)
  const logger = { debug: note, info: note, warn: note, error: note }
  warnAboutMissedTriggers(server, source, events, logger)
  return lines
}

function route(path: string, handler: Hapi.Lifecycle.Method): Hapi.ServerRoute {
  return { method: 'POST', path, handler }
}

describe('the routes of triggers', () => {
  it('are found right when one of ours takes all of them', () => {
    const server = Hapi.server()
    const ours = actionHandler(source)
    server.route(route('/trigger/events/{event}/actions/{action}', ours))
    expect(warningsOf(server)).toEqual([])
  })

  it('are missed, and named, when there are none', () => {
    expect(warningsOf(Hapi.server())).toEqual([
      { path: '/trigger/events/birth/actions/REGISTER' },
      { path: '/trigger/events/birth/actions/CUSTOM' }
    ])
  })

  it("are named when a more specific one is the country's own", () => {
    const server = Hapi.server()
    server.route([
      route('/trigger/events/{event}/actions/{action}', actionHandler(source)),
      route('/trigger/events/birth/actions/REGISTER', () => ({}))
    ])
    expect(warningsOf(server)).toEqual([
      {
        path: '/trigger/events/birth/actions/REGISTER',
        route: '/trigger/events/birth/actions/REGISTER'
      }
    ])
  })
})

describe('our own routes', () => {
  it('are refused where they stand already, in words', () => {
    const server = Hapi.server()
    server.route(route('/national-id/confirmation', () => ({})))
    expect(() => {
      refuseTakenRoutes(server, '/national-id')
    }).toThrow(/registered twice, or two instances have the same routePrefix/)
  })

  it("are not mistaken for a country's catch-all", () => {
    const server = Hapi.server()
    server.route(route('/{any*}', () => ({})))
    expect(() => {
      refuseTakenRoutes(server, '/national-id')
    }).not.toThrow()
  })
})
