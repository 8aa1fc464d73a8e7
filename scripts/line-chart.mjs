/** Lines over a labelled grid, as an SVG text that needs nothing from anywhere else. */

const WIDTH = 760
const HEIGHT = 420
const LEFT = 76
const RIGHT = 24
const TOP = 48
const ROW = 18

/** Told apart on white and on black. */
const COLOURS = ['#2f7ed8', '#d9722b', '#2a9d6f', '#b4508c', '#8a7a1f']

const CSS = `text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-size: 16px; font-weight: 600 }
.note { font-size: 11px }
.grid { stroke: #d0d7de }
.axis { stroke: #57606a }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .grid { stroke: #30363d }
  .axis { stroke: #8b949e }
}`

/**
 * @param {{ title: string, x: string, y: string, note: string, scale: 'log' | 'linear',
 *   series: { label: string, points: [number, number][], colour?: number, isDashed?: boolean }[] }} chart `log`: the x axis grows by powers of two, with 0 before 1
 * @returns {string}
 */
export function lineChart({ title, x, y, note, scale, series }) {
  const legendRows = Math.ceil(series.length / 3)
  const height = HEIGHT + legendRows * ROW + 12
  const bottom = HEIGHT - 64
  const xs = [
    ...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))
  ].sort((a, b) => a - b)
  const top = niceTop(
    Math.max(
      ...series.flatMap(({ points }) => points.map(([, value]) => value))
    )
  )
  const placeX = horizontal(xs, scale)
  const placeY = (value) => bottom - ((bottom - TOP) * value) / top
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}">`,
    `<title>${escape(title)}</title>`,
    `<style>${CSS}</style>`,
    text(LEFT, 26, title, 'class="title"'),
    ...gridLines(top, placeY),
    ...ticks(xs, scale).map((at) =>
      text(placeX(at), bottom + 20, figure(at), 'text-anchor="middle"')
    ),
    `<path class="axis" fill="none" d="M${LEFT} ${TOP}V${bottom}H${WIDTH - RIGHT}"/>`,
    text((LEFT + WIDTH - RIGHT) / 2, bottom + 42, x, 'text-anchor="middle"'),
    text(
      18,
      (TOP + bottom) / 2,
      y,
      `text-anchor="middle" transform="rotate(-90 18 ${(TOP + bottom) / 2})"`
    ),
    ...series.flatMap((each, index) => line(each, index, placeX, placeY)),
    ...series.flatMap(legend),
    text(WIDTH - RIGHT, height - 8, note, 'class="note" text-anchor="end"'),
    '</svg>'
  ]
  return `${parts.join('\n')}\n`
}

function horizontal(xs, scale) {
  const position = scale === 'log' ? (at) => Math.log2(at + 1) : (at) => at
  const first = scale === 'log' ? position(xs[0]) : 0
  const span = position(xs.at(-1)) - first || 1
  return (at) =>
    round(
      LEFT + 16 + ((WIDTH - RIGHT - LEFT - 40) * (position(at) - first)) / span
    )
}

/** Every measured place; of many, five. */
function ticks(xs, scale) {
  if (scale === 'log' || xs.length <= 6) return xs
  const step = Math.ceil(xs.length / 5)
  return xs.filter((_, index) => (index + 1) % step === 0)
}

/** The next 1, 2 or 5 times a power of ten. */
function niceTop(most) {
  const power = 10 ** Math.floor(Math.log10(most || 1))
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= most)
  return factor * power
}

function gridLines(top, placeY) {
  return [0, 1, 2, 3, 4, 5].flatMap((step) => {
    const value = (top * step) / 5
    const at = round(placeY(value))
    return [
      `<path class="grid" d="M${LEFT} ${at}H${WIDTH - RIGHT}"/>`,
      text(LEFT - 8, at + 4, figure(value), 'text-anchor="end"')
    ]
  })
}

function line(series, index, placeX, placeY) {
  const { colour, dashes } = styleOf(series, index)
  const { points } = series
  const at = points.map(([x, y]) => [placeX(x), round(placeY(y))])
  return [
    `<polyline fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes}" points="${at.map((each) => each.join(',')).join(' ')}"/>`,
    ...at.map(
      ([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`
    )
  ]
}

function styleOf({ colour, isDashed }, index) {
  return {
    colour: COLOURS[(colour ?? index) % COLOURS.length],
    dashes: isDashed ? '6 4' : 'none'
  }
}

function legend(series, index) {
  const { colour, dashes } = styleOf(series, index)
  const x = LEFT + (index % 3) * 220
  const y = HEIGHT + Math.floor(index / 3) * ROW - 4
  return [
    `<path stroke="${colour}" stroke-width="3" stroke-dasharray="${dashes}" d="M${x} ${y - 4}h26"/>`,
    text(x + 32, y, series.label, '')
  ]
}

function text(x, y, words, attributes) {
  return `<text x="${x}" y="${y}" ${attributes}>${escape(words)}</text>`
}

function figure(value) {
  if (value >= 1_000_000) return `${round(value / 1_000_000)} million`
  return value.toLocaleString('en', { maximumFractionDigits: 2 })
}

function round(value) {
  return Number(value.toFixed(1))
}

function escape(words) {
  return words.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`)
}
