import { parseJsonObject } from '../json-object'
import type {
  ServedAnswer,
  ServedRequest,
  ServedRoute
} from '../loopback-server'
import type { AuthManager } from './auth-manager'
import type { ErrorAnswers } from './error-answers'
import type { Hub } from './hub'
import { answerAuthentication, type IdaParts } from './id-authentication'
import { mosipRefusal, nameIn } from './mosip-answer'
import type { PacketManager } from './packet-manager'
import {
  answerStatus,
  answerWorkflow,
  type WorkflowParts
} from './workflow-manager'

export type RouteParts = {
  auth: AuthManager
  errors: ErrorAnswers
  hub: Hub
  ida: IdaParts
  packets: PacketManager
  workflow: WorkflowParts
}

/** Where ID Authentication is, before its three secrets. */
export const IDA_PATH = '/idauthentication/v1/auth'

/** Where the hub is. */
export const HUB_PATH = '/websub/hub'

type Serve = (request: ServedRequest) => Promise<ServedAnswer>

/**
 * Every path of the simulated MOSIP, with the real ones' names. All are secret
 * to the log: their bodies hold people, passwords or tokens.
 */
export function mosipRoutes(parts: RouteParts): ServedRoute[] {
  const { auth, hub, ida, packets, workflow } = parts
  const withToken =
    (serve: Serve): Serve =>
    async (request) =>
      auth.refusal(request, 'packets') ?? serve(request)
  return [
    route(parts, 'token', {
      path: '/v1/authmanager/authenticate/clientidsecretkey',
      serve: async (request) => auth.answerTokenRequest(request)
    }),
    route(parts, 'createPacket', {
      method: 'PUT',
      path: '/commons/v1/packetmanager/createPacket',
      serve: withToken(async (request) => packets.answer(request))
    }),
    route(parts, 'workflow', {
      path: '/registrationprocessor/v1/workflowmanager/workflowinstance',
      serve: withToken((request) => answerWorkflow(workflow, request))
    }),
    route(parts, 'status', {
      path: '/registrationprocessor/v1/registrationstatus/externalstatus/search',
      serve: withToken(async (request) => answerStatus(workflow, request))
    }),
    route(parts, 'ida', {
      path: `${IDA_PATH}/{licence}/{partner}/{key}`,
      serve: async (request) => answerAuthentication(ida, request)
    }),
    route(parts, 'hub', {
      path: HUB_PATH,
      serve: async (request) => hub.answer(request)
    })
  ]
}

function route(
  { errors, workflow }: RouteParts,
  kind: string,
  {
    method = 'POST',
    path,
    serve
  }: { method?: 'POST' | 'PUT'; path: string; serve: Serve }
): ServedRoute {
  return {
    kind,
    method,
    path,
    isSecret: true,
    async serve(request) {
      const error = errors.take(kind)
      if (error === undefined) return serve(request)
      if (error.isWorkDone === true) await serve(request)
      const name = nameIn(parseJsonObject(request.body))
      const message = error.message ?? 'The simulator was told to say this.'
      return mosipRefusal(name, workflow.clock, [
        { errorCode: error.code, message }
      ])
    }
  }
}
