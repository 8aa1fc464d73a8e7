export { mosip } from './mosip'
export type {
  MosipBinary,
  MosipClient,
  MosipIda,
  MosipIdSchema,
  MosipKey,
  MosipNotification,
  MosipOffice,
  MosipOperation,
  MosipOptions,
  MosipPacketStatuses,
  MosipPaths,
  MosipProof,
  MosipTls,
  MosipValue,
  MosipWebSub
} from './options'
export type {
  MosipApiOperation,
  MosipApiOptions,
  MosipApiVerify
} from './via-mosip-api/options'
