// One door for everything that checks who calls.
export { verifyRecordToken } from './record-token'
export type { RecordTokenClaim } from './record-token'
export { hasScope } from './token-claims'
export type { TokenClaims } from './token-claims'
export { createTokenVerifier } from './token-verifier'
export type { TokenVerifier, TokenVerifierOptions } from './token-verifier'
