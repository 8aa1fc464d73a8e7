import * as path from 'node:path'
import { startChild } from '../child'
import type { BenchKeys } from '../keys'
import type {
  BeginOrder,
  Floor,
  GeneratorAnswer,
  GeneratorOrder
} from './generator'
import type { Limits, LoadReport } from './work'

/** The load generator in its own process, with core and the ID system. */
export type Generator = {
  /** Of core and the ID system. */
  peersUrl: string
  begin(order: Omit<BeginOrder, 'do'>): Promise<void>
  prepare(units: number): Promise<void>
  load(urls: readonly string[], limits: Limits): Promise<LoadReport>
  /** What the generator itself costs. */
  floor(): Promise<Floor>
  stop(): Promise<void>
}

export async function startGenerator(keys: BenchKeys): Promise<Generator> {
  const file = path.join(__dirname, 'generator.js')
  const child = startChild(file, 'the load generator')
  const ask = async (order: GeneratorOrder): Promise<GeneratorAnswer> => {
    // What a process of ours sends is of this type.
    const answer = (await child.ask(order)) as GeneratorAnswer
    if ('failure' in answer) throw new Error(answer.failure)
    return answer
  }
  const started = await ask({ do: 'start', keys })
  if (!('url' in started)) throw unexpected()
  return {
    peersUrl: started.url,
    async begin(order) {
      await ask({ do: 'begin', ...order })
    },
    async prepare(units) {
      await ask({ do: 'prepare', units })
    },
    async load(urls, limits) {
      const answer = await ask({ do: 'load', urls, limits })
      if ('report' in answer) return answer.report
      throw unexpected()
    },
    async floor() {
      const answer = await ask({ do: 'floor' })
      if ('floor' in answer) return answer.floor
      throw unexpected()
    },
    stop: () => child.stop()
  }
}

function unexpected(): Error {
  return new Error('the load generator gave another answer than asked for')
}
