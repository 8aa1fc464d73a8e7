import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import * as path from 'node:path'

/** A file system that is small enough to be filled. */
export type SmallDisk = {
  /** Leaves no room, for so long. */
  fillFor(ms: number): Promise<void>
  remove(): void
}

const CHUNK = Buffer.alloc(64 * 1024)

/** Mounts one of `megabytes` on the folder; undefined where that is not permitted. */
export function mountSmallDisk(
  folder: string,
  megabytes: number
): SmallDisk | undefined {
  try {
    const options = `size=${megabytes}m,mode=0777`
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], {
      stdio: 'ignore'
    })
  } catch {
    return undefined
  }
  const filler = path.join(folder, 'filler')
  return {
    async fillFor(ms) {
      fill(filler)
      await sleep(ms)
      rmSync(filler, { force: true })
    },
    remove() {
      // Lazily: whatever is still open there closes with its process.
      execFileSync('umount', ['-l', folder], { stdio: 'ignore' })
    }
  }
}

function fill(file: string): void {
  const descriptor = openSync(file, 'a')
  try {
    for (const size of [CHUNK.length, 4096, 512, 1])
      writeUntilFull(descriptor, size)
  } finally {
    closeSync(descriptor)
  }
}

function writeUntilFull(descriptor: number, size: number): void {
  for (;;) {
    try {
      writeSync(descriptor, CHUNK, 0, size)
    } catch {
      return
    }
  }
}
