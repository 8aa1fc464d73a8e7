// A country's own tests may start the simulators.
import {
  createCoreSimulator,
  createIdSystemSimulator
} from 'opencrvs-national-id/sandbox'

export const start = [createCoreSimulator, createIdSystemSimulator] as const
