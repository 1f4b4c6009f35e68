// Tells kubelets how long they may cache Secrets and ConfigMaps: the more nodes, the longer.
import {nodes} from '../../api/resources.ts'
import {type ControllerSpec, watching} from '../../reconcile/contract.ts'

const ANNOTATION = 'node.alpha.kubernetes.io/ttl'

/** The sizes overlap, so that a cluster at a border does not rewrite all its nodes back and forth. */
const steps = [
  {from: 0, to: 100, seconds: 0},
  {from: 90, to: 500, seconds: 15},
  {from: 450, to: 1000, seconds: 30},
  {from: 900, to: 2000, seconds: 60},
  {from: 1800, to: 10_000, seconds: 300},
  {from: 9000, to: Number.POSITIVE_INFINITY, seconds: 600},
]

export const ttlController = (): ControllerSpec => {
  let step = 0
  return {
    name: 'ttl-controller',
    identity: 'ttl-controller',
    watches: [
      watching({
        resource: nodes,
        toKeys: ({object}, {cache}) => {
          const {size} = cache(nodes)
          const before = step
          while (size > (steps[step]?.to ?? 0)) step++
          while (size < (steps[step]?.from ?? 0)) step--
          const all = step === before ? [] : cache(nodes).list()
          return [object.metadata.name, ...all.map(({metadata}) => metadata.name)]
        },
      }),
    ],
    reconcile: async (name, {cache, client}) => {
      const node = cache(nodes).getByKey(name)
      const seconds = String(steps[step]?.seconds ?? 0)
      if (!node || node.metadata.annotations?.[ANNOTATION] === seconds) return
      const body = {metadata: {annotations: {[ANNOTATION]: seconds}}}
      await client.patch(nodes, {name}, {type: 'strategic', body})
    },
  }
}
