export { dataAccessRoute } from './routes'
export {
  type DataAccessOptions,
  type ReaderAlgorithm,
  type ReaderKey
} from './options'
