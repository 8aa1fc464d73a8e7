import { parseJson } from '../../internal/http'
import { sleep } from '../../internal/clock'
import { isJsonObject } from '../json-object'
import { textsIn, type OsiaAttributes } from './attributes'
import type { OsiaBehaviour } from './behaviour'
import type { OsiaCaller } from './notify-caller'
import type { OsiaTokens } from './tokens'

/** What the register was told when it read somebody from civil registration. */
export type OsiaRead = {
  uin: string
  /** The topic that made it read. */
  because: string
  status: number | 'noAnswer'
  attributes: OsiaAttributes
}

/** The register's reads from civil registration's Data Access. */
export type ReadBack = {
  /** The attributes that were told; undefined when there was no good answer. */
  read(uin: string, because: string): Promise<OsiaAttributes | undefined>
  /** Every read that ended. */
  readonly reads: readonly OsiaRead[]
  connectTo(dataAccessUrl: string): void
}

/** Reads with a token of scope `cr.person.read`; tries again while there is no good answer. */
export function createReadBack({
  audience,
  behaviour,
  caller,
  dataAccessUrl,
  stopped,
  tokens
}: {
  audience: string
  behaviour: OsiaBehaviour
  caller: OsiaCaller
  dataAccessUrl: string | undefined
  stopped: AbortSignal
  tokens: OsiaTokens
}): ReadBack {
  const reads: OsiaRead[] = []
  let baseUrl = dataAccessUrl

  async function readOnce(uin: string, because: string): Promise<OsiaRead> {
    const names = behaviour.reading.attributes
      .map((name) => `attributeNames=${encodeURIComponent(name)}`)
      .join('&')
    const token = tokens.issue({ scope: 'cr.person.read', audience })
    const answer = await caller.call({
      kind: 'read',
      method: 'GET',
      url: `${baseUrl ?? ''}/v1/persons/${encodeURIComponent(uin)}?${names}`,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`
      }
    })
    return {
      uin,
      because,
      status: answer?.status ?? 'noAnswer',
      attributes: answer?.status === 200 ? told(answer.text) : {}
    }
  }

  return {
    reads,
    connectTo: (url) => void (baseUrl = url),
    async read(uin, because) {
      const { attempts, pauseMs } = behaviour.reading
      for (let tries = 0; tries < attempts && !stopped.aborted; tries++) {
        if (baseUrl === undefined) return undefined
        if (tries > 0) await sleep(pauseMs, stopped)
        const read = await readOnce(uin, because)
        reads.push(read)
        if (read.status === 200) return read.attributes
      }
      return undefined
    }
  }
}

/** Values alone: an object is an error about that attribute (FACTS 2.3). */
function told(text: string): OsiaAttributes {
  const body = parseJson(text)
  return isJsonObject(body) ? textsIn(body) : {}
}
