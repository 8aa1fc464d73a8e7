import type { OptionsIssue, SystemFactory } from 'opencrvs-national-id'
import {
  capabilities,
  ownRegister,
  type OwnRegisterOptions
} from './own-register'
import { NAME } from './register-calls'

/** As `ownRegister`, with its mistakes told together with those of the other options. */
export function ownRegisterFactory(options: OwnRegisterOptions): SystemFactory {
  return {
    name: NAME,
    capabilities,
    issues: (path) => issuesOf(options, path),
    weakenings: (path) =>
      options.baseUrl.startsWith('http:')
        ? [
            {
              option: `${path}.baseUrl`,
              effect:
                'personal data goes to the register unencrypted, so anybody on the way can read it'
            }
          ]
        : [],
    create: ({ clock }) => ownRegister({ ...options, now: () => clock.now() })
  }
}

function issuesOf({ baseUrl }: OwnRegisterOptions, path: string) {
  const isUrl = /^https?:\/\/[^\s?#]*[^\s?#/]$/.test(baseUrl)
  const issue: OptionsIssue = {
    option: `${path}.baseUrl`,
    problem: 'must be an address without a slash, query or `#` at its end.',
    see: 'examples/own-system'
  }
  return isUrl ? [] : [issue]
}
