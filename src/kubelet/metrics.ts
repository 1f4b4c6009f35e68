// What the kubelet counts of its own work, as text for Prometheus.
const families = {
  kubelet_started_pods_total: 'Cumulative number of pods started',
  kubelet_started_pods_errors_total: 'Cumulative number of errors when starting pods',
  kubelet_started_containers_total: 'Cumulative number of containers started',
  kubelet_started_containers_errors_total: 'Cumulative number of errors when starting containers',
  kubelet_evictions: 'Cumulative number of pod evictions by eviction signal',
  kubelet_http_requests_total: 'Number of the http requests received since the server started',
  kubelet_image_garbage_collected_total: 'Total number of images garbage collected by the kubelet',
  prober_probe_total: 'Cumulative number of a liveness, readiness or startup probe for a container by result.',
} as const
export type CounterName = keyof typeof families
export type MetricLabels = Readonly<Record<string, string>>

const escaped = (text: string): string =>
  text.replace(/[\\"\n]/g, (letter) => (letter === '\n' ? '\\n' : `\\${letter}`))

export const labelText = (labels: MetricLabels): string => {
  const inside = Object.entries(labels)
    .map(([key, value]) => `${key}="${escaped(value)}"`)
    .join(',')
  return inside ? `{${inside}}` : ''
}

export class Metrics {
  readonly #counts = new Map<CounterName, Map<string, number>>()

  count(name: CounterName, labels: MetricLabels = {}): void {
    const family = this.#counts.get(name) ?? new Map<string, number>()
    this.#counts.set(name, family)
    const key = labelText(labels)
    family.set(key, (family.get(key) ?? 0) + 1)
  }

  /** Of the families whose names begin so, in the order of their names. */
  text(prefix: string): string {
    return [...this.#counts]
      .filter(([name]) => name.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, family]) => {
        const lines = [...family]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([labels, value]) => `${name}${labels} ${value}`)
        return [`# HELP ${name} [ALPHA] ${families[name]}`, `# TYPE ${name} counter`, ...lines, ''].join('\n')
      })
      .join('')
  }
}
