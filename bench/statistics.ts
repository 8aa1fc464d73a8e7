/** @param sorted the smallest first */
export function percentile(sorted: readonly number[], share: number): number {
  const index = Math.min(sorted.length - 1, Math.floor(sorted.length * share))
  return sorted[index] ?? 0
}

export function median(numbers: readonly number[]): number {
  return percentile(
    [...numbers].sort((a, b) => a - b),
    0.5
  )
}

/** As many digits after the point as a figure of ours is good for. */
export function rounded(number: number, digits = 2): number {
  return Number(number.toFixed(digits))
}
