// Where labels, annotations and pod specs stand in each kind.
import type {FieldSpec} from './kustomization.ts'

const each = (kinds: string, path: string, create = true): FieldSpec[] =>
  kinds.split(' ').map((kind) => ({kind, path, create}))

const workloads = 'Deployment ReplicaSet DaemonSet StatefulSet'

export const selectorFields: readonly FieldSpec[] = [
  ...each('Service ReplicationController', 'spec/selector'),
  ...each(workloads, 'spec/selector/matchLabels'),
  ...each('Job PodDisruptionBudget', 'spec/selector/matchLabels', false),
  ...each('CronJob', 'spec/jobTemplate/spec/selector/matchLabels', false),
  ...each('NetworkPolicy', 'spec/podSelector/matchLabels', false),
  ...each('NetworkPolicy', 'spec/ingress[]/from[]/podSelector/matchLabels', false),
  ...each('NetworkPolicy', 'spec/egress[]/to[]/podSelector/matchLabels', false),
  ...['podAffinity', 'podAntiAffinity'].flatMap((affinity) =>
    [
      'preferredDuringSchedulingIgnoredDuringExecution[]/podAffinityTerm/labelSelector/matchLabels',
      'requiredDuringSchedulingIgnoredDuringExecution[]/labelSelector/matchLabels',
    ].flatMap((term) => each('Deployment StatefulSet', `spec/template/spec/affinity/${affinity}/${term}`, false)),
  ),
  ...each('Deployment StatefulSet', 'spec/template/spec/topologySpreadConstraints[]/labelSelector/matchLabels', false),
]

export const templateLabelFields: readonly FieldSpec[] = [
  ...each(`${workloads} ReplicationController Job`, 'spec/template/metadata/labels'),
  ...each('CronJob', 'spec/jobTemplate/metadata/labels'),
  ...each('CronJob', 'spec/jobTemplate/spec/template/metadata/labels'),
  ...each('StatefulSet', 'spec/volumeClaimTemplates[]/metadata/labels'),
]

export const annotationFields: readonly FieldSpec[] = [
  {path: 'metadata/annotations', create: true},
  ...each(`${workloads} ReplicationController Job`, 'spec/template/metadata/annotations'),
  ...each('CronJob', 'spec/jobTemplate/metadata/annotations'),
  ...each('CronJob', 'spec/jobTemplate/spec/template/metadata/annotations'),
]

export const podSpecPaths: Readonly<Record<string, string>> = {
  Pod: 'spec',
  ...Object.fromEntries(
    `${workloads} ReplicationController Job`.split(' ').map((kind) => [kind, 'spec/template/spec']),
  ),
  CronJob: 'spec/jobTemplate/spec/template/spec',
}
