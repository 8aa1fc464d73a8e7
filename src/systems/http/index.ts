export { http } from './http'
export type {
  HttpAnswer,
  HttpAuthentication,
  HttpCallback,
  HttpOperation,
  HttpOptions,
  HttpStatus,
  HttpTls,
  HttpVerify
} from './options'
