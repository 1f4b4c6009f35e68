// The nodes on this machine as the proxy sees them: where each is, and which addresses its pods have.
import {nodes} from '../api/resources.ts'
import type {Node} from '../api/schema/types.gen.ts'
import type {Place} from '../api/service-ports.ts'
import type {Cached, InformerSource} from '../reconcile/contract.ts'

const ZONE = 'topology.kubernetes.io/zone'

export interface Places {
  readonly place: Place
  /** Ranges of the pods of each node here. */
  readonly ofNode: ReadonlyMap<string, readonly string[]>
}

const isHere = ({status}: Cached<Node>, addresses: ReadonlySet<string>): boolean =>
  status?.addresses?.some(({address, type}) => type === 'InternalIP' && addresses.has(address)) ?? false

const byAge = (a: Cached<Node>, b: Cached<Node>): number =>
  a.metadata.name.localeCompare(b.metadata.name, 'en', {numeric: true})

/** This machine itself asks as its first node. */
export const placesOf = (all: readonly Cached<Node>[], addresses: ReadonlySet<string>): Places => {
  const here = all.filter((node) => isHere(node, addresses)).sort(byAge)
  const [first, ...others] = here.map(({metadata}): Place => ({nodeName: metadata.name, zone: metadata.labels?.[ZONE]}))
  return {
    place: {...(first ?? {nodeName: ''}), others},
    ofNode: new Map(
      here.map(({metadata, spec}) => [metadata.name, spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : [])]),
    ),
  }
}

export const watchPlaces = async (options: {
  readonly informers: InformerSource
  readonly signal: AbortSignal
  readonly addresses: () => readonly string[]
  readonly onChange: (places: Places) => void
}): Promise<Disposable & {readonly now: Places}> => {
  const informer = options.informers.informer(nodes)
  await informer.synced(options.signal)
  const look = (): Places => placesOf(informer.cache.list(), new Set(options.addresses()))
  let now = look()
  const leave = informer.onChange(({object, previous, type}) => {
    // Heartbeats say nothing about the place.
    if (type === 'updated' && previous && relevant(previous) === relevant(object)) return
    const next = look()
    if (isSame(next, now)) return
    now = next
    options.onChange(now)
  })
  return {
    get now() {
      return now
    },
    [Symbol.dispose]: leave,
  }
}

const relevant = ({metadata, spec, status}: Cached<Node>): string =>
  JSON.stringify([metadata.labels?.[ZONE], spec?.podCIDRs, status?.addresses])

const isSame = (a: Places, b: Places): boolean =>
  JSON.stringify([a.place, [...a.ofNode]]) === JSON.stringify([b.place, [...b.ofNode]])
