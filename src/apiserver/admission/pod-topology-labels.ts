// A pod learns the zone and the region of its node when it is bound to it.
import {nodes} from '../../api/resources.ts'
import type {Binding} from '../../api/schema/types.gen.ts'
import type {AdmissionStep} from './contract.ts'
import {objectOf, resourceOf} from './refuse.ts'

const labels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region']

export const podTopologyLabels: AdmissionStep = {
  name: 'PodTopologyLabels',
  handles: (request) =>
    request.operation === 'CREATE' &&
    ((resourceOf(request) === 'pods' && request.subresource === 'binding') || resourceOf(request) === 'bindings'),
  mutate(request, context) {
    const binding = objectOf<Binding>(request)
    const target = binding.target
    if (!target?.name || (target.kind && target.kind !== 'Node')) return
    const known = context.get(nodes, {name: target.name})?.metadata.labels ?? {}
    const found = labels.flatMap((label) => (known[label] === undefined ? [] : [[label, known[label]]]))
    if (found.length === 0) return
    binding.metadata ??= {}
    binding.metadata.labels = {...binding.metadata.labels, ...(Object.fromEntries(found) as {[label: string]: string})}
  },
}
