// Which pods of a node may go, and why others may not.
import {hasReason} from '../../api/errors.ts'
import {pathOf} from '../../api/resource.ts'
import {daemonSets, pods} from '../../api/resources.ts'
import type {ApiClient} from '../../client/contract.ts'
import {listUrl} from '../input/select.ts'
import {at, listAt, nameOf, namespaceOf, type Obj, stringsAt, textAt} from '../objects.ts'
import {getJson} from '../request.ts'

export interface DrainRules {
  readonly force: boolean
  readonly ignoreDaemonSets: boolean
  readonly deleteEmptyDirData: boolean
  /** Seconds; 0: wait for every pod. */
  readonly skipWaitAfter: number
}

interface Verdict {
  readonly goes: boolean
  readonly warning?: string
  readonly error?: string
}
type Filter = (pod: Obj) => Verdict | Promise<Verdict>

export interface DrainPlan {
  readonly going: readonly Obj[]
  readonly warnings: string
  readonly errors: readonly string[]
}

const goes: Verdict = {goes: true}
const stays: Verdict = {goes: false}

const isFinished = (pod: Obj): boolean => ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'))
const controllerOf = (pod: Obj): Obj | undefined =>
  listAt(pod, 'metadata', 'ownerReferences').find((owner) => owner.controller === true)

const isLate = (pod: Obj, seconds: number, now: number): boolean => {
  const since = textAt(pod, 'metadata', 'deletionTimestamp')
  return seconds > 0 && since !== '' && now - Date.parse(since) > seconds * 1000
}

const filtersOf = (client: ApiClient, rules: DrainRules, now: number): Filter[] => [
  (pod) => (isLate(pod, rules.skipWaitAfter, now) ? stays : goes),
  async (pod) => {
    const owner = controllerOf(pod)
    if (textAt(owner, 'kind') !== 'DaemonSet' || isFinished(pod)) return goes
    try {
      await getJson(client, pathOf(daemonSets, {namespace: namespaceOf(pod), name: textAt(owner, 'name')}))
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error
      return rules.force ? {goes: true, warning: error.message} : {goes: false, error: error.message}
    }
    return rules.ignoreDaemonSets
      ? {goes: false, warning: 'ignoring DaemonSet-managed Pods'}
      : {goes: false, error: 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)'}
  },
  (pod) => ('kubernetes.io/config.mirror' in stringsAt(pod, 'metadata', 'annotations') ? stays : goes),
  (pod) => {
    const hasData = listAt(pod, 'spec', 'volumes').some((volume) => at(volume, 'emptyDir') !== undefined)
    if (!hasData || isFinished(pod)) return goes
    return rules.deleteEmptyDirData
      ? {goes: true, warning: 'deleting Pods with local storage'}
      : {goes: false, error: 'cannot delete Pods with local storage (use --delete-emptydir-data to override)'}
  },
  (pod) => {
    if (isFinished(pod) || controllerOf(pod)) return goes
    return rules.force
      ? {goes: true, warning: 'deleting Pods that declare no controller'}
      : {goes: false, error: 'cannot delete Pods that declare no controller (use --force to override)'}
  },
]

/** The last filter asked has the word. */
const judge = async (pod: Obj, filters: readonly Filter[]): Promise<Verdict> => {
  let verdict = goes
  for (const filter of filters) {
    verdict = await filter(pod)
    if (!verdict.goes) break
  }
  return verdict
}

const grouped = (pairs: readonly (readonly [string, Obj])[]): string[] =>
  [...Map.groupBy(pairs, ([reason]) => reason)]
    .map(
      ([reason, members]) => `${reason}: ${members.map(([, pod]) => `${namespaceOf(pod)}/${nameOf(pod)}`).join(', ')}`,
    )
    .toSorted()

export const planDrain = async (
  client: ApiClient,
  node: string,
  podSelector: string,
  rules: DrainRules,
  now: number,
): Promise<DrainPlan> => {
  const url = listUrl(pods, '', {fieldSelector: `spec.nodeName=${node}`, labelSelector: podSelector})
  const {items = []} = await getJson<{items?: Obj[]}>(client, url)
  const filters = filtersOf(client, rules, now)
  const judged: {pod: Obj; verdict: Verdict}[] = []
  for (const pod of items) judged.push({pod, verdict: await judge(pod, filters)})
  const because = (part: 'warning' | 'error') =>
    judged.flatMap(({pod, verdict}) => (verdict[part] ? [[verdict[part], pod] as const] : []))
  return {
    going: judged.filter(({verdict}) => verdict.goes).map(({pod}) => pod),
    warnings: grouped(because('warning')).join('; '),
    errors: grouped(because('error')),
  }
}
