export { qrCredentials } from './qr-credentials'
export type {
  CredentialMapping,
  IssuerKey,
  QrAlgorithm,
  QrCredentialOptions,
  TrustedIssuer
} from './options'
