// Counters and histograms that cost next to nothing per request: a map from labels to numbers, turned into prom-client's
// metrics only when somebody looks.

export interface Distribution {
  readonly counts: number[]
  sum: number
  count: number
}

/** Labels as one text: values joined in a fixed order by a sign no label has. */
export const labelKey = (values: readonly string[]): string => values.join('\u0001')

export class Tally {
  readonly counts = new Map<string, number>()

  add(key: string, change = 1): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + change)
  }
}

export class Spread {
  readonly buckets: readonly number[]
  readonly distributions = new Map<string, Distribution>()

  constructor(buckets: readonly number[]) {
    this.buckets = buckets
  }

  observe(key: string, value: number): void {
    let found = this.distributions.get(key)
    if (!found)
      this.distributions.set(key, (found = {counts: new Array<number>(this.buckets.length).fill(0), sum: 0, count: 0}))
    const at = this.buckets.findIndex((bound) => value <= bound)
    if (at >= 0) found.counts[at] = (found.counts[at] ?? 0) + 1
    found.sum += value
    found.count++
  }
}

const escaped = (value: string): string =>
  value.replace(/[\\"\n]/g, (letter) => (letter === '\n' ? '\\n' : `\\${letter}`))

const labelText = (names: readonly string[], key: string): string => {
  const values = key.split('\u0001')
  return names.map((name, at) => `${name}="${escaped(values[at] ?? '')}"`).join(',')
}

export interface Described {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

const head = ({name, help}: Described, type: string): string => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`

export const tallyText = (described: Described, type: 'counter' | 'gauge', tally: Tally): string =>
  head(described, type) +
  [...tally.counts].map(([key, value]) => `${described.name}{${labelText(described.labels, key)}} ${value}\n`).join('')

export const spreadText = (described: Described, {buckets, distributions}: Spread): string => {
  const lines = [head(described, 'histogram')]
  for (const [key, {counts, sum, count}] of distributions) {
    const labels = labelText(described.labels, key)
    let total = 0
    for (const [at, bound] of buckets.entries()) {
      total += counts[at] ?? 0
      lines.push(`${described.name}_bucket{${labels},le="${bound}"} ${total}\n`)
    }
    lines.push(`${described.name}_bucket{${labels},le="+Inf"} ${count}\n`)
    lines.push(`${described.name}_sum{${labels}} ${sum}\n${described.name}_count{${labels}} ${count}\n`)
  }
  return lines.join('')
}
