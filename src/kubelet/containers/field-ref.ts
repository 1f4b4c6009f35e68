// What `fieldRef` and `resourceFieldRef` name, as text.
import {parseQuantity, type Quantity} from '../../api/meta/quantity.ts'
import type {DeepReadonly} from '../../api/object.ts'
import type {ObjectFieldSelector, ResourceFieldSelector} from '../../api/schema/types.gen.ts'
import type {PodContainer, ThePod} from '../pods/types.ts'

export interface FieldSources {
  readonly podIp: string
  readonly podIps: readonly string[]
  readonly hostIps: readonly string[]
  readonly nodeName: string
  /** What a limit that is not set stands for. */
  readonly capacity: Readonly<Record<string, string>>
}

/** Like the API server prints maps: one `key="value"` a line, sorted. */
const mapText = (map: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n')

export const fieldText = (
  pod: ThePod,
  {fieldPath}: DeepReadonly<ObjectFieldSelector>,
  sources: FieldSources,
): string => {
  const {metadata, spec} = pod
  const entry = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath)
  if (entry) return metadata[entry[1] as 'labels' | 'annotations']?.[entry[2] ?? ''] ?? ''
  const fields: Readonly<Record<string, () => string>> = {
    'metadata.name': () => metadata.name,
    'metadata.namespace': () => metadata.namespace ?? '',
    'metadata.uid': () => metadata.uid,
    'metadata.labels': () => mapText(metadata.labels),
    'metadata.annotations': () => mapText(metadata.annotations),
    'spec.nodeName': () => spec?.nodeName ?? sources.nodeName,
    'spec.serviceAccountName': () => spec?.serviceAccountName ?? 'default',
    'status.hostIP': () => sources.hostIps[0] ?? '',
    'status.hostIPs': () => sources.hostIps.join(','),
    'status.podIP': () => sources.podIp,
    'status.podIPs': () => sources.podIps.join(','),
  }
  const read = fields[fieldPath]
  if (!read) throw new Error(`unsupported fieldPath: ${fieldPath}`)
  return read()
}

const divide = (amount: Quantity, divisor: Quantity): string => {
  const by = divisor.nanos > 0n ? divisor.nanos : 1_000_000_000n
  return String((amount.nanos + by - 1n) / by)
}

export const resourceText = (
  containers: readonly PodContainer[],
  own: PodContainer,
  {containerName, divisor, resource}: DeepReadonly<ResourceFieldSelector>,
  {capacity}: FieldSources,
): string => {
  const container = containerName ? containers.find(({name}) => name === containerName) : own
  const [kind = '', ...rest] = resource.split('.')
  const name = rest.join('.')
  const resources = container?.resources
  const set = kind === 'limits' ? (resources?.limits?.[name] ?? capacity[name]) : resources?.requests?.[name]
  const amount = parseQuantity(set ?? '0')
  return divide(amount, parseQuantity(divisor && String(divisor) !== '0' ? divisor : '1'))
}
