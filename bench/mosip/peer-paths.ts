/** MOSIP's paths, as its own settings have them. */
export const PATHS = {
  token: '/v1/authmanager/authenticate/clientidsecretkey',
  packet: '/commons/v1/packetmanager/createPacket',
  workflow: '/registrationprocessor/v1/workflowmanager/workflowinstance',
  hub: '/hub'
} as const

/** ID Authentication, up to the keys. */
export const IDA_PATH = '/idauthentication/v1/auth'

/** Where core takes the acceptance of a registration. */
export const ACCEPT_PATH = '/events/event.actions.register.accept'
