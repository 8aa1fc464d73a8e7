import type { IncomingMessage } from 'node:http'

const MAX_BYTES = 10_000

/** The fields of a posted form; none of them when it is larger than any of ours. */
export async function readForm(
  request: IncomingMessage
): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    // The chunks of a request without an encoding are buffers.
    const bytes = chunk as Buffer
    size += bytes.length
    if (size > MAX_BYTES) return new URLSearchParams()
    chunks.push(bytes)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}
