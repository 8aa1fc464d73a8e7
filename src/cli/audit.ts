import type { Command } from 'commander'
import { verifyStore, type StoreVerdict } from '../store/kysely/verify'
import { addKeyOption, dependenciesFrom } from './encryption-key'
import { addStoreOptions, findStore } from './store-address'
import type { Terminal } from './terminal'

type VerifyOptions = {
  store?: string
  storeEnv?: string
  storeSchema: string
  keyEnv: string
  head?: string
}

/** `audit`: what can be done with the audit trail without a server. */
export function addAuditCommand(
  program: Command,
  terminal: Terminal,
  result: { status: number }
): void {
  const audit = program
    .command('audit')
    .description('the audit trail of a store')
  const verify = audit
    .command('verify')
    .description(
      'goes through the whole trail and names the first entry that is not as it was written, or is missing; changes nothing'
    )
    .option(
      '--head <hash>',
      'the head that an earlier run has printed: shows that nothing was cut off since'
    )
  addKeyOption(addStoreOptions(verify, 'store')).action(
    async (options: VerifyOptions) => {
      const { head, keyEnv, store, storeEnv, storeSchema } = options
      const adapter = findStore(
        'store',
        { address: store, variable: storeEnv, schema: storeSchema },
        { access: 'shared', file: 'required' },
        terminal
      )
      const { cipher } = await dependenciesFrom(keyEnv, terminal)
      const verdict = await verifyStore(adapter, cipher, head)
      if (verdict.intact && verdict.hasNoted) {
        terminal.print(describe(verdict))
        return
      }
      result.status = 1
      terminal.fail(describe(verdict))
    }
  )
}

function describe(verdict: StoreVerdict): string {
  if (!verdict.intact)
    return `The audit trail is broken at entry ${verdict.brokenAt}: ${verdict.problem}. The ${verdict.entries} before it are intact.\n`
  const intact = `The audit trail is intact: ${verdict.entries} entries.\nhead ${verdict.head}\n`
  return verdict.hasNoted
    ? intact
    : `${intact}The head that was noted is not in it: what came after some earlier entry was cut off, or this is another store.\n`
}
