// Small manifests for tests of controllers.
import type {
  DaemonSet,
  Deployment,
  Job,
  JobSpec,
  PodTemplateSpec,
  ReplicaSet,
  StatefulSet,
  StatefulSetSpec,
} from '../../src/api/schema/types.gen.ts'

export const NAMESPACE = 'default'

export const template = (
  app: string,
  options: {image?: string; command?: string[]; restartPolicy?: string} = {},
): PodTemplateSpec => ({
  metadata: {labels: {app}},
  spec: {
    ...(options.restartPolicy ? {restartPolicy: options.restartPolicy} : {}),
    containers: [{name: 'c', image: options.image ?? 'app:1', ...(options.command ? {command: options.command} : {})}],
  },
})

export const deployment = (name: string, replicas: number, spec: Partial<Deployment['spec']> = {}): Deployment => ({
  metadata: {name, namespace: NAMESPACE},
  spec: {replicas, selector: {matchLabels: {app: name}}, template: template(name), ...spec},
})

export const replicaSet = (name: string, replicas: number): ReplicaSet => ({
  metadata: {name, namespace: NAMESPACE},
  spec: {replicas, selector: {matchLabels: {app: name}}, template: template(name)},
})

export const statefulSet = (name: string, replicas: number, spec: Partial<StatefulSetSpec> = {}): StatefulSet => ({
  metadata: {name, namespace: NAMESPACE},
  spec: {replicas, serviceName: name, selector: {matchLabels: {app: name}}, template: template(name), ...spec},
})

export const daemonSet = (name: string): DaemonSet => ({
  metadata: {name, namespace: NAMESPACE},
  spec: {selector: {matchLabels: {app: name}}, template: template(name)},
})

export const job = (name: string, command: string[], spec: Partial<JobSpec> = {}): Job => ({
  metadata: {name, namespace: NAMESPACE},
  spec: {template: template(name, {command, restartPolicy: 'Never'}), ...spec},
})
