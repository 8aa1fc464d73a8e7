export { postgres } from './postgres'
export type {
  PostgresOptions,
  PostgresPlace,
  PostgresTls
} from './postgres-options'
