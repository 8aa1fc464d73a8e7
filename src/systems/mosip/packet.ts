import { hostname, networkInterfaces } from 'node:os'
import type { SystemRequest } from '../../domain/delivery'
import type { JsonObject } from '../../domain/json'
import { newId } from '../../internal/ids'
import type { Flow, PacketSettings } from './flows'
import type { IdSchema } from './id-schema'
import type { MosipOffice } from './options'

/** The office, with its machine known. */
export type PacketOffice = MosipOffice & { host: { name: string; ip: string } }

/** What a packet is made of. */
export type PacketParts = {
  applicationId: string
  fields: Record<string, string>
  flow: Flow
  schema: IdSchema
  settings: PacketSettings & { office: PacketOffice }
  request: SystemRequest
  /** Milliseconds since 1970. */
  now: number
}

/** The body of createPacket (FACTS 2; names and spelling are MOSIP's). */
export function createPacketBody(parts: PacketParts): JsonObject {
  const { applicationId, fields, flow, now, schema, settings } = parts
  const { office, source } = settings
  return {
    id: 'mosip.registration.packet.writer',
    version: 'v1',
    requesttime: new Date(now).toISOString(),
    request: {
      id: applicationId,
      refId: `${office.centreId}_${office.machineId}`,
      offlineMode: false,
      process: flow.process,
      source,
      schemaVersion: schema.version,
      fields,
      metaInfo: metaInfo(parts),
      audits: [audit(parts)],
      schemaJson: schema.text
    }
  }
}

/** Lists of label and value, as texts: that is what MOSIP's packet reader parses. */
export function metaInfo({
  applicationId,
  flow,
  now,
  settings
}: Pick<PacketParts, 'applicationId' | 'flow' | 'now' | 'settings'>) {
  const { office } = settings
  return {
    metaData: labelled([
      ['registrationType', flow.registrationType],
      ['machineId', office.machineId],
      ['centerId', office.centreId]
    ]),
    registrationId: applicationId,
    operationsData: labelled([
      ['officerId', office.officerId],
      ['officerBiometricFileName', null],
      ['supervisorId', office.supervisorId ?? null],
      // The officer was authenticated by OpenCRVS, not by a one-time code.
      ['officerPassword', 'true'],
      ['officerOTPAuthentication', 'false']
    ]),
    capturedRegisteredDevices: '[]',
    creationDate: compactTime(now)
  }
}

function labelled(entries: Array<[label: string, value: string | null]>) {
  return JSON.stringify(entries.map(([label, value]) => ({ label, value })))
}

/** `yyyyMMddHHmmss`, in UTC. */
function compactTime(now: number): string {
  return new Date(now).toISOString().replace(/\D/g, '').slice(0, 14)
}

/** Who made the packet, when, where and about which record. The event and module ids are MOSIP's for "packet created". */
export function audit(
  parts: Pick<
    PacketParts,
    'applicationId' | 'flow' | 'now' | 'request' | 'settings'
  >
) {
  const { applicationId, flow, now, request, settings } = parts
  const { host, officerId } = settings.office
  const time = new Date(now).toISOString()
  return {
    uuid: newId(),
    createdAt: time,
    eventId: 'REG-EVT-066',
    eventName: 'PACKET_CREATION_SUCCESS',
    eventType: 'USER',
    hostName: host.name,
    hostIp: host.ip,
    applicationId: 'REG',
    applicationName: 'REGISTRATION',
    sessionUserId: officerId,
    sessionUserName: officerId,
    id: applicationId,
    idType: 'REGISTRATION_ID',
    createdBy: officerId,
    moduleName: 'Packet Handler',
    moduleId: 'REG-MOD-117',
    description: `${flow.process} for the ${request.event.type} ${request.event.trackingId}`,
    actionTimeStamp: time
  }
}

/** The office with the machine that its packets come from: looked up once, since asking the system takes its time. */
export function withHost(office: MosipOffice): PacketOffice {
  const { host } = office
  return {
    ...office,
    host: { name: host?.name ?? hostname(), ip: host?.ip ?? firstAddress() }
  }
}

function firstAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap(
    (list) => list ?? []
  )
  const outward = addresses.find(
    ({ family, internal }) => family === 'IPv4' && !internal
  )
  return outward?.address ?? '127.0.0.1'
}
