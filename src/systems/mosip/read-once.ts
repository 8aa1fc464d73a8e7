/** Reads something once for all that want it. What failed is read again by the next who asks. */
export function readOnce<T>(read: () => Promise<T>): () => Promise<T> {
  let held: Promise<T> | undefined
  return () => {
    held ??= read().catch((error: unknown) => {
      held = undefined
      throw error
    })
    return held
  }
}
