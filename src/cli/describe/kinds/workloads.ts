// Deployments, ReplicaSets, ReplicationControllers, StatefulSets, DaemonSets.
import {
  daemonSets,
  deployments,
  pods,
  replicaSets,
  replicationControllers,
  statefulSets,
} from '../../../api/resources.ts'
import type {Deployment, LabelSelector, PersistentVolumeClaim, Pod, ReplicaSet} from '../../../api/schema/types.gen.ts'
import {controllerOf, longTime, mapText, selectorText, writeAnnotations, writeLabels} from '../common.ts'
import {type DescribeContext, describing} from '../describer.ts'
import {writeEvents} from '../events.ts'
import type {Page} from '../page.ts'
import {writePodTemplate} from '../pod-template.ts'

type Condition = {readonly type: string; readonly status: string; readonly reason?: string | undefined}

const writeConditions = (page: Page, conditions: readonly Condition[] | undefined): void => {
  if (!conditions || conditions.length === 0) return
  page.line(0, 'Conditions:')
  page.line(1, 'Type', 'Status', 'Reason')
  page.line(1, '----', '------', '------')
  for (const {type, status, reason = ''} of conditions) page.line(1, `${type} `, status, reason)
}

const REVISION = 'deployment.kubernetes.io/revision'

/** The set whose template is the Deployment's; the others that still have pods. */
const setsOf = async (
  deployment: Deployment & {metadata: {uid: string; namespace?: string}},
  {client}: DescribeContext,
): Promise<{old: ReplicaSet[]; current: ReplicaSet | undefined}> => {
  const {items} = await client.list(replicaSets, {
    namespace: deployment.metadata.namespace,
    labelSelector: selectorQuery(deployment.spec?.selector),
  })
  const owned = items.filter(({metadata}) =>
    metadata.ownerReferences?.some(({uid, controller}) => controller && uid === deployment.metadata.uid),
  )
  const template = templateText(deployment.spec?.template)
  const current = owned.find((set) => templateText(set.spec?.template) === template)
  return {current, old: owned.filter((set) => set !== current && (set.spec?.replicas ?? 0) > 0)}
}

const HASH = 'pod-template-hash'

const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )

const templateText = (
  template: Deployment['spec'] extends infer Spec ? (Spec extends {template: infer T} ? T | undefined : never) : never,
): string => {
  const {[HASH]: _hash, ...labels} = template?.metadata?.labels ?? {}
  return sortedJson({...template, metadata: {...template?.metadata, labels}})
}

/** As the API takes it: expressions included. */
export const selectorQuery = (selector: LabelSelector | undefined): string =>
  [
    ...Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(selector?.matchExpressions ?? []).map(({key, operator, values}) =>
      operator === 'Exists'
        ? key
        : operator === 'DoesNotExist'
          ? `!${key}`
          : `${key} ${operator.toLowerCase()} (${(values ?? []).join(',')})`,
    ),
  ].join(',')

const setText = (set: ReplicaSet): string =>
  `${set.metadata?.name} (${set.status?.replicas ?? 0}/${set.spec?.replicas ?? 0} replicas created)`

export const deploymentDescriber = describing(deployments, async (page, deployment, context) => {
  const {metadata, spec, status} = deployment
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Namespace:', metadata.namespace ?? '')
  page.line(0, 'CreationTimestamp:', longTime(metadata.creationTimestamp))
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  page.line(0, 'Selector:', selectorText(spec?.selector))
  page.line(
    0,
    'Replicas:',
    `${spec?.replicas ?? 0} desired | ${status?.updatedReplicas ?? 0} updated | ${status?.replicas ?? 0} total | ${status?.availableReplicas ?? 0} available | ${status?.unavailableReplicas ?? 0} unavailable`,
  )
  page.line(0, 'StrategyType:', spec?.strategy?.type ?? '')
  page.line(0, 'MinReadySeconds:', spec?.minReadySeconds ?? 0)
  const rolling = spec?.strategy?.rollingUpdate
  if (rolling)
    page.line(0, 'RollingUpdateStrategy:', `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`)
  writePodTemplate(page, spec?.template)
  writeConditions(page, status?.conditions)
  const {old, current} = await setsOf(deployment as never, context).catch(() => ({old: undefined, current: undefined}))
  if (old && (old.length > 0 || current)) {
    page.line(0, 'OldReplicaSets:', old.length > 0 ? old.map(setText).join(', ') : '<none>')
    page.line(0, 'NewReplicaSet:', current ? setText(current) : '<none>')
  }
  await writeEvents(page, deployment, context)
})

const podsStatus = async (
  namespace: string | undefined,
  uid: string,
  selector: string,
  {client}: DescribeContext,
): Promise<string> => {
  const {items} = await client.list(pods, {namespace, labelSelector: selector})
  const owned = items.filter(({metadata}) =>
    metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === uid),
  )
  const count = (phase: string): number => owned.filter((pod: Pod) => pod.status?.phase === phase).length
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`
}

const writePodsStatus = async (
  page: Page,
  metadata: {namespace?: string | undefined; uid: string},
  selector: string,
  context: DescribeContext,
): Promise<void> => {
  const text = await podsStatus(metadata.namespace, metadata.uid, selector, context).catch(
    (error: Error) => `error in fetching pods: ${error.message}`,
  )
  page.line(0, 'Pods Status:', text)
}

export const replicaSetDescriber = describing(replicaSets, async (page, set, context) => {
  const {metadata, spec, status} = set
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Namespace:', metadata.namespace ?? '')
  page.line(0, 'Selector:', selectorText(spec?.selector))
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  const controller = controllerOf(metadata)
  if (controller) page.line(0, 'Controlled By:', controller)
  page.line(0, 'Replicas:', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`)
  await writePodsStatus(page, metadata, selectorQuery(spec?.selector), context)
  writePodTemplate(page, spec?.template)
  writeConditions(page, status?.conditions)
  await writeEvents(page, set, context)
})

export const replicationControllerDescriber = describing(replicationControllers, async (page, controller, context) => {
  const {metadata, spec, status} = controller
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Namespace:', metadata.namespace ?? '')
  page.line(0, 'Selector:', mapText(spec?.selector))
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  page.line(0, 'Replicas:', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`)
  await writePodsStatus(page, metadata, mapText(spec?.selector), context)
  writePodTemplate(page, spec?.template)
  writeConditions(page, status?.conditions)
  await writeEvents(page, controller, context)
})

const writeClaims = (page: Page, claims: readonly PersistentVolumeClaim[] | undefined): void => {
  if (!claims || claims.length === 0) {
    page.line(0, 'Volume Claims:', '<none>')
    return
  }
  page.line(0, 'Volume Claims:')
  for (const {metadata, spec} of claims) {
    page.line(1, 'Name:', metadata?.name ?? '')
    page.line(1, 'StorageClass:', spec?.storageClassName ?? '')
    writeLabels(page, 'Labels', metadata?.labels, 1)
    writeAnnotations(page, metadata?.annotations, 1)
    page.line(1, 'Capacity:', spec?.resources?.requests?.storage ?? '<default>')
    page.line(1, 'Access Modes:', `[${(spec?.accessModes ?? []).join(' ')}]`)
  }
}

export const statefulSetDescriber = describing(statefulSets, async (page, set, context) => {
  const {metadata, spec, status} = set
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Namespace:', metadata.namespace ?? '')
  page.line(0, 'CreationTimestamp:', longTime(metadata.creationTimestamp))
  page.line(0, 'Selector:', selectorText(spec?.selector))
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  page.line(0, 'Replicas:', `${spec?.replicas ?? 0} desired | ${status?.replicas ?? 0} total`)
  page.line(0, 'Update Strategy:', spec?.updateStrategy?.type ?? '')
  const rolling = spec?.updateStrategy?.rollingUpdate
  if (rolling) {
    if (rolling.partition !== undefined) page.line(1, 'Partition:', rolling.partition)
    if (rolling.maxUnavailable !== undefined) page.line(1, 'MaxUnavailable:', rolling.maxUnavailable)
  }
  await writePodsStatus(page, metadata, selectorQuery(spec?.selector), context)
  writePodTemplate(page, spec?.template)
  writeClaims(page, spec?.volumeClaimTemplates)
  await writeEvents(page, set, context)
})

export const daemonSetDescriber = describing(daemonSets, async (page, set, context) => {
  const {metadata, spec, status} = set
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Namespace:', metadata.namespace ?? '')
  page.line(0, 'Selector:', selectorText(spec?.selector))
  page.line(0, 'Node-Selector:', mapText(spec?.template.spec?.nodeSelector) || '<none>')
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  // Numbers that stand in no column.
  const counts = [
    ['Desired Number of Nodes Scheduled', status?.desiredNumberScheduled],
    ['Current Number of Nodes Scheduled', status?.currentNumberScheduled],
    ['Number of Nodes Scheduled with Up-to-date Pods', status?.updatedNumberScheduled],
    ['Number of Nodes Scheduled with Available Pods', status?.numberAvailable],
    ['Number of Nodes Misscheduled', status?.numberMisscheduled],
  ] as const
  for (const [title, count] of counts) page.line(0, `${title}: ${count ?? 0}`)
  await writePodsStatus(page, metadata, selectorQuery(spec?.selector), context)
  writePodTemplate(page, spec?.template)
  await writeEvents(page, set, context)
})
