export { esignet } from './esignet'
export { openIdConnect } from './open-id-connect'
export type {
  Endpoints,
  EsignetOptions,
  OpenIdConnectOptions,
  ProviderTls,
  SignatureAlgorithm
} from './options'
export type {
  ClaimMapping,
  ClaimSource,
  NameClaims,
  NameOrder
} from '../claims/mapping'
