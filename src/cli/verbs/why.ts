import type {Resource} from '../../api/resource.ts'
import {endpointSlices, events, pods, replicaSets} from '../../api/resources.ts'
import type {flags} from '../commands/why.ts'
import {gather, type Info, listUrl, missingResource, typeName} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {formatLabelSelector} from '../label-selector.ts'
import {at, isMap, listAt, nameOf, numberAt, type Obj, stringsAt, textAt} from '../objects.ts'
import {together} from '../report-error.ts'
import {getJson} from '../request.ts'
import {Failure} from '../usage-mistake.ts'
import {type Finding, podFindings} from '../why/findings.ts'

type Why = Invocation<typeof flags>

interface Line extends Finding {
  readonly level: number
}

const list = async (
  invocation: Why,
  resource: Resource,
  namespace: string,
  query: Record<string, string>,
): Promise<Obj[]> => {
  const {client} = await invocation.connect()
  return (await getJson<{items?: Obj[]}>(client, listUrl(resource, namespace, query))).items ?? []
}

const podLines = async (invocation: Why, found: readonly Obj[], level: number): Promise<Line[]> => {
  const lines: Line[] = []
  for (const pod of found) {
    const about = await list(invocation, events, textAt(pod, 'metadata', 'namespace'), {
      fieldSelector: `involvedObject.uid=${textAt(pod, 'metadata', 'uid')}`,
    })
    const findings = podFindings(pod, about)
    const state = textAt(pod, 'status', 'phase') || 'Pending'
    lines.push({
      level,
      text: `pod ${nameOf(pod)}: ${findings.length === 0 ? `${state}, nothing wrong with it` : state}`,
    })
    lines.push(...findings.map((finding) => ({...finding, level: level + 1})))
  }
  return lines
}

const serviceLines = async (invocation: Why, {object, namespace, name}: Info): Promise<Line[]> => {
  const selector = stringsAt(object, 'spec', 'selector')
  if (Object.keys(selector).length === 0)
    return [
      {
        level: 1,
        text: 'it has no selector: somebody else keeps its endpoints',
        fix: `mini get endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}`,
      },
    ]
  const text = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
  const found = await list(invocation, pods, namespace, {labelSelector: text})
  if (found.length === 0)
    return [{level: 1, text: `its selector ${text} matches no pod`, fix: `mini get pods -n ${namespace} --show-labels`}]
  const slices = await list(invocation, endpointSlices, namespace, {
    labelSelector: `kubernetes.io/service-name=${name}`,
  })
  const ready = slices
    .flatMap((slice) => listAt(slice, 'endpoints'))
    .filter((endpoint) => at(endpoint, 'conditions', 'ready') === true).length
  return [
    {level: 1, text: `its selector ${text} matches ${found.length} pods, ${ready} of them ready`},
    ...portLines(object, found),
    ...(await podLines(invocation, found, 1)),
  ]
}

const portLines = (service: Obj, found: readonly Obj[]): Line[] => {
  const declared = found.flatMap((pod) =>
    listAt(pod, 'spec', 'containers').flatMap((container) => listAt(container, 'ports')),
  )
  return listAt(service, 'spec', 'ports').flatMap((port) => {
    const target = port.targetPort
    if (typeof target !== 'string' || declared.some(({name}) => name === target)) return []
    return [
      {
        level: 1,
        text: `its port ${textAt(port, 'port')} goes to ${JSON.stringify(target)}, but no container names a port so`,
        fix: `mini edit service/${nameOf(service)}`,
      },
    ]
  })
}

const conditionLines = (object: Obj): Line[] =>
  listAt(object, 'status', 'conditions')
    .filter(({type, status}) => (type === 'ReplicaFailure' || type === 'Failed') && status === 'True')
    .map((condition) => ({
      level: 1,
      text: textAt(condition, 'message') || textAt(condition, 'reason'),
      fix: /quota/.test(textAt(condition, 'message')) ? 'mini describe quota' : undefined,
    }))

const workloadLines = async (invocation: Why, {object, namespace, resource, name}: Info): Promise<Line[]> => {
  const selector = at(object, 'spec', 'selector')
  const wanted = (at(object, 'spec', 'replicas') as number | undefined) ?? 1
  const ready = numberAt(object, 'status', 'readyReplicas')
  const lines: Line[] = []
  if (resource.kind === 'Deployment' && at(object, 'spec', 'paused') === true)
    lines.push({level: 1, text: 'it is paused', fix: `mini rollout resume -n ${namespace} deployment/${name}`})
  if (wanted === 0)
    lines.push({
      level: 1,
      text: 'it is scaled to zero',
      fix: `mini scale -n ${namespace} ${typeName(resource)}/${name} --replicas=1`,
    })
  lines.push(...conditionLines(object))
  const text =
    isMap(selector) && (selector.matchLabels || selector.matchExpressions)
      ? formatLabelSelector(selector)
      : Object.entries(stringsAt(object, 'spec', 'selector'))
          .map(([key, value]) => `${key}=${value}`)
          .join(',')
  const found = text === '' || text === '<none>' ? [] : await list(invocation, pods, namespace, {labelSelector: text})
  lines.push({level: 1, text: `${ready} of ${wanted} replicas are ready`})
  if (found.length === 0 && wanted > 0) {
    lines.push({
      level: 1,
      text: 'no pod was made for it',
      fix: `mini describe -n ${namespace} ${typeName(resource)}/${name}`,
    })
    if (resource.kind === 'Deployment')
      for (const set of await list(invocation, replicaSets, namespace, {labelSelector: text}))
        lines.push(...conditionLines(set))
  }
  return [...lines, ...(await podLines(invocation, found, 1))]
}

const linesFor = (invocation: Why, info: Info): Promise<Line[]> => {
  const {kind} = info.resource
  if (kind === 'Pod') return podLines(invocation, [info.object], 1)
  if (kind === 'Service') return serviceLines(invocation, info)
  if (['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicationController'].includes(kind))
    return workloadLines(invocation, info)
  throw new Error(`why knows Services, workloads and Pods, but not a ${kind}`)
}

export const why = async (invocation: Why): Promise<void> => {
  const {args, io, connect} = invocation
  if (args.length === 0) throw new Failure(`error: ${missingResource}`)
  const {infos, errors} = await gather({io, connect, args})
  for (const info of infos) {
    io.out(`${typeName(info.resource)}/${info.name}\n`)
    for (const {level, text, fix} of await linesFor(invocation, info)) {
      io.out(`${'  '.repeat(level)}${text}\n`)
      if (fix) io.out(`${'  '.repeat(level + 1)}try: ${fix}\n`)
    }
  }
  if (errors.length > 0) throw together(errors)
}
