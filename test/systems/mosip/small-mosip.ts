import { json, openLoopback } from '../http/loopback'
import { TOKEN_PATH, PACKET_PATH, WORKFLOW_PATH, type Loose } from './made'

/** A MOSIP that mints one identity for each application id, and can go wrong. */
export type SmallMosip = {
  url: string
  /** Application ids in the order in which an identity was minted for them. */
  readonly minted: string[]
  /** Bodies of createPacket, as they came. */
  readonly packets: Loose[]
  /** Subscriptions, as they came. */
  readonly subscriptions: URLSearchParams[]
  /** The code with which the next createPacket, or workflowinstance, is answered in a 200. */
  fail: { packet?: string | undefined; workflow?: string | undefined }
  /** Takes requests and answers none. */
  isSilent: boolean
  /** Answers 503 to everything. */
  isDown: boolean
  close(): Promise<void>
}

export async function openSmallMosip(): Promise<SmallMosip> {
  const server = await openLoopback(({ body, path }, response) => {
    if (mosip.isDown) {
      json(response, 503, {})
      return
    }
    if (path === TOKEN_PATH) {
      response.setHeader('set-cookie', 'Authorization=token; Path=/')
      json(response, 200, { response: { status: 'Success' }, errors: null })
      return
    }
    if (mosip.isSilent) return
    if (path === PACKET_PATH) packet(JSON.parse(body))
    else if (path === WORKFLOW_PATH) workflow(JSON.parse(body).request)
    else {
      mosip.subscriptions.push(new URLSearchParams(body))
      json(response, 202, {})
    }

    function refuse(errorCode: string): void {
      const error = { errorCode, message: 'Not this person.' }
      json(response, 200, { response: null, errors: [error] })
    }

    function packet(sent: Loose): void {
      mosip.packets.push(sent)
      const { packet: code } = mosip.fail
      delete mosip.fail.packet
      if (code !== undefined) refuse(code)
      else
        json(response, 200, { response: [{ id: sent.request.id }], errors: [] })
    }

    function workflow({ registrationId }: Loose): void {
      const { workflow: code } = mosip.fail
      delete mosip.fail.workflow
      if (code !== undefined) refuse(code)
      else if (mosip.minted.includes(registrationId)) refuse('RPR-WIS-001')
      else {
        mosip.minted.push(registrationId)
        const workflowInstanceId = `w-${mosip.minted.length}`
        json(response, 200, { response: { workflowInstanceId }, errors: null })
      }
    }
  })
  const mosip: SmallMosip = {
    url: server.url,
    minted: [],
    packets: [],
    subscriptions: [],
    fail: {},
    isSilent: false,
    isDown: false,
    close: () => server.close()
  }
  return mosip
}
