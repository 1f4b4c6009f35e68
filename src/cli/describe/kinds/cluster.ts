// Nodes, namespaces, quotas, limits, priorities, budgets, autoscalers, certificate requests.
import {ageOf} from '../../../api/meta/human-duration.ts'
import {addQuantities, formatQuantity, parseQuantity, quantityMilliValue} from '../../../api/meta/quantity.ts'
import {
  certificateSigningRequests,
  horizontalPodAutoscalers,
  leases,
  limitRanges,
  namespaces,
  nodes,
  podDisruptionBudgets,
  pods,
  priorityClasses,
  resourceQuotas,
} from '../../../api/resources.ts'
import type {Container, LimitRange, Node, Pod, ResourceQuota} from '../../../api/schema/types.gen.ts'
import {longTime, selectorText, sortedEntries, writeAnnotations, writeHead, writeLabels, writeLines} from '../common.ts'
import {type DescribeContext, describing} from '../describer.ts'
import {writeEvents} from '../events.ts'
import type {Page} from '../page.ts'

type Amounts = Readonly<Record<string, string>>

const isDone = ({status}: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'

const sum = (all: readonly (Amounts | undefined)[]): Record<string, string> => {
  const total: Record<string, string> = {}
  for (const amounts of all)
    for (const [name, amount] of Object.entries(amounts ?? {}))
      total[name] = formatQuantity(addQuantities(total[name] ?? '0', amount))
  return total
}

const larger = (a: Amounts, b: Amounts): Record<string, string> => {
  const most: Record<string, string> = {...a}
  for (const [name, amount] of Object.entries(b))
    if (most[name] === undefined || quantityMilliValue(amount) > quantityMilliValue(most[name])) most[name] = amount
  return most
}

/** What a pod asks for in all: containers and sidecars together, or the largest init container with the sidecars before it. */
const podAmounts = ({spec}: Pod, kind: 'requests' | 'limits'): Record<string, string> => {
  const of = ({resources}: Container): Amounts => (resources?.[kind] ?? {}) as Amounts
  let sidecars: Record<string, string> = {}
  let peak: Record<string, string> = {}
  for (const container of spec?.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      sidecars = sum([sidecars, of(container)])
      peak = larger(peak, sidecars)
    } else peak = larger(peak, sum([sidecars, of(container)]))
  }
  const running = sum([sidecars, ...(spec?.containers ?? []).map(of)])
  return sum([larger(running, peak), spec?.overhead as Amounts | undefined])
}

const percent = (amount: string | undefined, of: string | undefined): string => {
  const whole = of ? quantityMilliValue(of) : 0
  return `${whole === 0 ? 0 : Math.trunc((quantityMilliValue(amount ?? '0') * 100) / whole)}%`
}

const shown = (amount: string | undefined): string => formatQuantity(parseQuantity(amount ?? '0'))

const writePods = (page: Page, all: readonly Pod[], node: Node, nowMs: number): void => {
  const allocatable = (node.status?.allocatable ?? node.status?.capacity ?? {}) as Amounts
  page.line(0, 'Non-terminated Pods:', `(${all.length} in total)`)
  page.line(1, 'Namespace', 'Name', '', 'CPU Requests', 'CPU Limits', 'Memory Requests', 'Memory Limits', 'Age')
  page.line(1, '---------', '----', '', '------------', '----------', '---------------', '-------------', '---')
  for (const pod of all) {
    const [requests, limits] = [podAmounts(pod, 'requests'), podAmounts(pod, 'limits')]
    const cell = (amounts: Amounts, name: string): string =>
      `${shown(amounts[name])} (${percent(amounts[name], allocatable[name])})`
    page.line(
      1,
      pod.metadata?.namespace ?? '',
      pod.metadata?.name ?? '',
      '',
      cell(requests, 'cpu'),
      cell(limits, 'cpu'),
      cell(requests, 'memory'),
      cell(limits, 'memory'),
      ageOf(pod.metadata?.creationTimestamp, nowMs),
    )
  }
  const [requests, limits] = [
    sum(all.map((pod) => podAmounts(pod, 'requests'))),
    sum(all.map((pod) => podAmounts(pod, 'limits'))),
  ]
  page.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n')
  page.line(1, 'Resource', 'Requests', 'Limits')
  page.line(1, '--------', '--------', '------')
  const extra = Object.keys(allocatable).filter(
    (name) => !['cpu', 'memory', 'ephemeral-storage', 'pods'].includes(name) && !name.startsWith('hugepages-'),
  )
  const huge = Object.keys(allocatable).filter((name) => name.startsWith('hugepages-'))
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...huge.sort()])
    page.line(
      1,
      name,
      `${shown(requests[name])} (${percent(requests[name], allocatable[name])})`,
      `${shown(limits[name])} (${percent(limits[name], allocatable[name])})`,
    )
  for (const name of extra.sort()) page.line(1, name, shown(requests[name]), shown(limits[name]))
}

const writeLease = async (page: Page, name: string, {client}: DescribeContext): Promise<void> => {
  page.line(0, 'Lease:')
  const lease = await client.get(leases, {namespace: 'kube-node-lease', name}).catch(() => undefined)
  if (!lease) {
    page.line(1, 'Failed to get lease:', `leases.coordination.k8s.io "${name}" not found`)
    return
  }
  page.line(1, 'HolderIdentity:', lease.spec?.holderIdentity ?? '<unset>')
  page.line(1, 'AcquireTime:', lease.spec?.acquireTime ? longTime(lease.spec.acquireTime) : '<unset>')
  page.line(1, 'RenewTime:', lease.spec?.renewTime ? longTime(lease.spec.renewTime) : '<unset>')
}

const rolesOf = (labels: Readonly<Record<string, string>> | undefined): string => {
  const prefix = 'node-role.kubernetes.io/'
  const found = Object.entries(labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(prefix) && key.length > prefix.length) return [key.slice(prefix.length)]
    return key === 'kubernetes.io/role' && value ? [value] : []
  })
  return [...new Set(found)].sort().join(',') || '<none>'
}

const systemInfo = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
  ['Kube-Proxy Version', 'kubeProxyVersion'],
] as const

export const nodeDescriber = describing(nodes, async (page, node, context) => {
  const {metadata, spec, status} = node
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Roles:', rolesOf(metadata.labels))
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  page.line(0, 'CreationTimestamp:', longTime(metadata.creationTimestamp))
  const taints = [...(spec?.taints ?? [])].map(({key, value, effect}) => `${key}${value ? `=${value}` : ''}:${effect}`)
  writeLines(page, 'Taints', taints.sort())
  page.line(0, 'Unschedulable:', spec?.unschedulable ?? false)
  await writeLease(page, metadata.name, context)
  if (status?.conditions?.length) {
    page.line(0, 'Conditions:')
    page.line(1, 'Type', 'Status', 'LastHeartbeatTime', 'LastTransitionTime', 'Reason', 'Message')
    page.line(1, '----', '------', '-----------------', '------------------', '------', '-------')
    for (const {type, status: state, lastHeartbeatTime, lastTransitionTime, reason, message} of status.conditions)
      page.line(
        1,
        `${type} `,
        `${state} `,
        `${longTime(lastHeartbeatTime)} `,
        `${longTime(lastTransitionTime)} `,
        `${reason ?? ''} `,
        message ?? '',
      )
  }
  page.line(0, 'Addresses:')
  for (const {type, address} of status?.addresses ?? []) page.line(1, `${type}:`, address)
  for (const [title, amounts] of [
    ['Capacity', status?.capacity],
    ['Allocatable', status?.allocatable],
  ] as const) {
    if (!amounts || Object.keys(amounts).length === 0) continue
    page.line(0, `${title}:`)
    for (const [name, amount] of sortedEntries(amounts as Amounts)) page.line(1, `${name}:`, amount)
  }
  page.line(0, 'System Info:')
  for (const [title, field] of systemInfo) page.line(1, `${title}:`, status?.nodeInfo?.[field] ?? '')
  if (spec?.podCIDR) page.line(0, 'PodCIDR:', spec.podCIDR)
  if (spec?.podCIDRs?.length) page.line(0, 'PodCIDRs:', spec.podCIDRs.join(','))
  if (spec?.providerID) page.line(0, 'ProviderID:', spec.providerID)
  const all = await context.client
    .list(pods, {fieldSelector: `spec.nodeName=${metadata.name},status.phase!=Succeeded,status.phase!=Failed`})
    .catch(() => undefined)
  if (all)
    writePods(
      page,
      all.items.filter((pod) => !isDone(pod)),
      node,
      context.nowMs,
    )
  else page.line(0, 'Pods:', 'not authorized')
  await writeEvents(page, {...node, metadata: {...metadata, uid: undefined}}, context)
})

const writeQuotas = (page: Page, quotas: readonly ResourceQuota[]): void => {
  if (quotas.length === 0) {
    page.write(0, '\nNo resource quota.\n')
    return
  }
  page.write(0, '\nResource Quotas\n')
  for (const {metadata, spec, status} of quotas) {
    page.line(1, 'Name:', metadata?.name ?? '')
    writeScopes(page, spec?.scopes)
    page.line(1, 'Resource', 'Used', 'Hard')
    page.line(1, '--------', '---', '---')
    for (const [name, hard] of sortedEntries(status?.hard as Amounts | undefined))
      page.line(1, name, status?.used?.[name] ?? '0', hard)
  }
}

const scopeTexts: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
}

const writeScopes = (page: Page, scopes: readonly string[] | undefined, level = 1): void => {
  if (!scopes?.length) return
  page.line(level, 'Scopes:', [...scopes].sort().join(', '))
  for (const scope of [...scopes].sort())
    if (scopeTexts[scope]) page.line(0, `${level > 0 ? '  ' : ' '}* ${scopeTexts[scope]}`)
}

/** `margin`: before every line. */
const writeLimits = (page: Page, margin: string, ranges: readonly LimitRange[]): void => {
  page.line(0, `${margin}Type`, 'Resource', 'Min', 'Max', 'Default Request', 'Default Limit', 'Max Limit/Request Ratio')
  page.line(0, `${margin}----`, '--------', '---', '---', '---------------', '-------------', '-----------------------')
  for (const {spec} of ranges)
    for (const {type, min, max, default: limit, defaultRequest, maxLimitRequestRatio} of spec?.limits ?? []) {
      const names = new Set(
        [min, max, limit, defaultRequest, maxLimitRequestRatio].flatMap((amounts) => Object.keys(amounts ?? {})),
      )
      for (const name of [...names].sort())
        page.line(
          0,
          `${margin}${type}`,
          name,
          min?.[name] ?? '-',
          max?.[name] ?? '-',
          defaultRequest?.[name] ?? '-',
          limit?.[name] ?? '-',
          maxLimitRequestRatio?.[name] ?? '-',
        )
    }
}

export const namespaceDescriber = describing(namespaces, async (page, namespace, {client}) => {
  const {metadata, status} = namespace
  writeHead(page, namespace, {namespace: false})
  page.line(0, 'Status:', status?.phase ?? '')
  if (status?.conditions?.length) {
    page.line(0, 'Conditions:')
    page.line(1, 'Type', 'Status', 'LastTransitionTime', 'Reason', 'Message')
    page.line(1, '----', '------', '------------------', '------', '-------')
    for (const {type, status: state, lastTransitionTime, reason, message} of status.conditions)
      page.line(1, type, state, longTime(lastTransitionTime), reason ?? '', message ?? '')
  }
  const quotas = await client.list(resourceQuotas, {namespace: metadata.name}).catch(() => undefined)
  if (quotas) writeQuotas(page, quotas.items)
  const ranges = await client.list(limitRanges, {namespace: metadata.name}).catch(() => undefined)
  if (!ranges) return
  if (ranges.items.length === 0) page.write(0, '\nNo LimitRange resource.\n')
  else {
    page.write(0, '\nResource Limits\n')
    writeLimits(
      page,
      ' ',
      ranges.items.map((range) => ({...range})),
    )
  }
})

export const resourceQuotaDescriber = describing(resourceQuotas, (page, {metadata, spec, status}) => {
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Namespace:', metadata.namespace ?? '')
  writeScopes(page, spec?.scopes, 0)
  page.line(0, 'Resource', 'Used', 'Hard')
  page.line(0, '--------', '----', '----')
  for (const [name, hard] of sortedEntries(status?.hard as Amounts | undefined))
    page.line(0, name, status?.used?.[name] ?? '0', hard)
})

export const limitRangeDescriber = describing(limitRanges, (page, range) => {
  page.line(0, 'Name:', range.metadata.name)
  page.line(0, 'Namespace:', range.metadata.namespace ?? '')
  writeLimits(page, '', [range])
})

export const priorityClassDescriber = describing(priorityClasses, async (page, priorityClass, context) => {
  const {metadata, value, globalDefault, preemptionPolicy, description} = priorityClass
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Value:', value ?? 0)
  page.line(0, 'GlobalDefault:', globalDefault ?? false)
  page.line(0, 'PreemptionPolicy:', preemptionPolicy ?? '')
  page.line(0, 'Description:', description ?? '')
  page.line(
    0,
    'Annotations:',
    sortedEntries(metadata.annotations)
      .map(([key, text]) => `${key}=${text}`)
      .join(',') || '',
  )
  await writeEvents(page, priorityClass, context)
})

export const budgetDescriber = describing(podDisruptionBudgets, async (page, budget, context) => {
  const {metadata, spec, status} = budget
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Namespace:', metadata.namespace ?? '')
  if (spec?.minAvailable !== undefined) page.line(0, 'Min available:', spec.minAvailable)
  else if (spec?.maxUnavailable !== undefined) page.line(0, 'Max unavailable:', spec.maxUnavailable)
  page.line(0, 'Selector:', spec?.selector ? selectorText(spec.selector) : '<unset>')
  page.line(0, 'Status:')
  page.line(2, 'Allowed disruptions:', status?.disruptionsAllowed ?? 0)
  page.line(2, 'Current:', status?.currentHealthy ?? 0)
  page.line(2, 'Desired:', status?.desiredHealthy ?? 0)
  page.line(2, 'Total:', status?.expectedPods ?? 0)
  await writeEvents(page, budget, context)
})

export const signingRequestDescriber = describing(certificateSigningRequests, async (page, request, context) => {
  const {metadata, spec, status} = request
  page.line(0, 'Name:', metadata.name)
  page.line(
    0,
    'Labels:',
    sortedEntries(metadata.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',') || '<none>',
  )
  page.line(
    0,
    'Annotations:',
    sortedEntries(metadata.annotations)
      .map(([key, value]) => `${key}=${value}`)
      .join(',') || '<none>',
  )
  page.line(0, 'CreationTimestamp:', longTime(metadata.creationTimestamp))
  page.line(0, 'Requesting User:', spec.username ?? '')
  if (spec.signerName) page.line(0, 'Signer:', spec.signerName)
  if (spec.expirationSeconds)
    page.line(
      0,
      'Requested Duration:',
      `${ageOf(new Date(context.nowMs - spec.expirationSeconds * 1000).toISOString(), context.nowMs)}`,
    )
  const types = (status?.conditions ?? []).map(({type}) => type)
  const state = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending'
  page.line(0, 'Status:', `${state}${types.includes('Failed') ? ',Failed' : ''}${status?.certificate ? ',Issued' : ''}`)
  const {writeSubject} = await import('./signing-subject.ts')
  writeSubject(page, spec.request)
  await writeEvents(page, request, context)
})

export const autoscalerDescriber = describing(horizontalPodAutoscalers, async (page, autoscaler, context) => {
  const {writeAutoscaler} = await import('./autoscaler.ts')
  writeAutoscaler(page, autoscaler)
  await writeEvents(page, autoscaler, context)
})
