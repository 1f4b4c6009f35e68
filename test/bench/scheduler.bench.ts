// The scheduler's decisions alone, without a server: pods a second for plain pods, and with affinity and spreading.
import type {PodSpec} from '../../src/api/schema/types.gen.ts'
import {seeded} from '../../src/lib/random.ts'
import {NodeChooser} from '../../src/scheduler/choose-node.ts'
import {plugins} from '../../src/scheduler/index.ts'
import {clusterOf, nodeOf, podOf, requesting} from '../scheduler/builders.ts'

const selector = {matchLabels: {app: 'web'}}
const plain = requesting({cpu: '10m', memory: '16Mi'})
const choosy: Partial<PodSpec> = {
  ...plain,
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {weight: 1, podAffinityTerm: {labelSelector: selector, topologyKey: 'kubernetes.io/hostname'}},
      ],
    },
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: selector, topologyKey: 'region'}],
    },
  },
  topologySpreadConstraints: [
    {maxSkew: 5, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector},
    {maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: selector},
  ],
}

interface Run {
  readonly name: string
  readonly nodes: number
  readonly pods: number
  readonly spec: Partial<PodSpec>
  readonly target: number
}

const runs: readonly Run[] = [
  {name: 'plain pods, 1,000 nodes', nodes: 1000, pods: 10_000, spec: plain, target: 1000},
  {name: 'plain pods, 5,000 nodes', nodes: 5000, pods: 10_000, spec: plain, target: 700},
  {name: 'affinity and spread, 1,000 nodes', nodes: 1000, pods: 3000, spec: choosy, target: 300},
  {name: 'affinity and spread, 5,000 nodes', nodes: 5000, pods: 3000, spec: choosy, target: 300},
]

const podsPerSecond = ({nodes, pods, spec}: Run): number => {
  const cluster = clusterOf(
    Array.from({length: nodes}, (_, index) => nodeOf(`node-${index}`, {labels: {zone: `z${index % 10}`, region: 'r'}})),
  )
  const chooser = new NodeChooser(plugins, seeded(1))
  const waiting = Array.from({length: pods}, () => podOf(spec, {labels: {app: 'web'}}))
  const start = performance.now()
  for (const pod of waiting) {
    const choice = chooser.choose(pod, cluster)
    if (choice.kind === 'none') throw new Error(`a pod did not fit: ${JSON.stringify(choice.diagnosis)}`)
    cluster.place(pod, choice.node.name)
  }
  return Math.round((1000 * pods) / (performance.now() - start))
}

for (const run of runs) console.log(`scheduler, ${run.name}: ${podsPerSecond(run)} pods/s (target ${run.target})`)
