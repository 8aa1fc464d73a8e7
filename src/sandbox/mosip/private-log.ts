import type { ExchangeLog } from '../exchange-log'
import { IDA_PATH } from './mosip-routes'

/** The log without the secrets that the address of ID Authentication is made of. */
export function privateLog(log: ExchangeLog): ExchangeLog {
  return {
    ...log,
    add: (exchange) =>
      log.add(
        exchange.path.startsWith(IDA_PATH)
          ? { ...exchange, path: `${IDA_PATH}/{licence}/{partner}/{key}` }
          : exchange
      )
  }
}
