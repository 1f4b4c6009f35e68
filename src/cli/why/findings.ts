// What is wrong with one pod: pure, from the pod and its events.
import {at, listAt, nameOf, namespaceOf, numberAt, type Obj, textAt} from '../objects.ts'

export interface Finding {
  readonly text: string
  /** What to type next. */
  readonly fix?: string | undefined
}

const newest = (events: readonly Obj[], reason: string): string =>
  textAt(
    events
      .filter((event) => event.reason === reason)
      .toSorted((one, other) => (eventTime(one) < eventTime(other) ? 1 : -1))[0],
    'message',
  )

const eventTime = (event: Obj): string =>
  textAt(event, 'lastTimestamp') || textAt(event, 'eventTime') || textAt(event, 'metadata', 'creationTimestamp')

const scheduling = (pod: Obj): Finding[] => {
  const condition = listAt(pod, 'status', 'conditions').find(
    ({type, status}) => type === 'PodScheduled' && status === 'False',
  )
  if (!condition) return []
  const message = textAt(condition, 'message')
  const fix = /Insufficient/.test(message)
    ? 'mini describe nodes'
    : /taint/.test(message)
      ? `mini get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints`
      : /affinity|selector/.test(message)
        ? 'mini get nodes --show-labels'
        : /persistentvolumeclaim|volume/i.test(message)
          ? `mini get pvc -n ${namespaceOf(pod)}`
          : undefined
  return [{text: `no node takes it: ${message || textAt(condition, 'reason')}`, fix}]
}

const waiting = (pod: Obj, status: Obj, events: readonly Obj[]): Finding | undefined => {
  const state = at(status, 'state', 'waiting')
  if (!state) return undefined
  const reason = textAt(state, 'reason')
  const name = textAt(status, 'name')
  const where = `-n ${namespaceOf(pod)}`
  const message = textAt(state, 'message')
  switch (reason) {
    case 'ImagePullBackOff':
    case 'ErrImagePull':
    case 'InvalidImageName':
    case 'ErrImageNeverPull':
      return {
        text: `container ${name}: the image ${textAt(status, 'image')} cannot be had: ${message || newest(events, 'Failed') || reason}`,
        fix: `mini set image ${where} pod/${nameOf(pod)} ${name}=IMAGE`,
      }
    case 'CreateContainerConfigError':
    case 'CreateContainerError':
      return {
        text: `container ${name} cannot be made: ${message || newest(events, 'Failed') || reason}`,
        fix: /secret|configmap/.test(message) ? `mini get configmap,secret ${where}` : undefined,
      }
    case 'CrashLoopBackOff': {
      const last = at(status, 'lastState', 'terminated')
      const code = numberAt(last, 'exitCode')
      const why =
        textAt(last, 'reason') === 'OOMKilled'
          ? 'it took more memory than its limit'
          : `it ended with exit code ${code}`
      return {
        text: `container ${name} keeps ending: ${why} (${numberAt(status, 'restartCount')} restarts)`,
        fix: `mini logs ${where} ${nameOf(pod)} -c ${name} --previous`,
      }
    }
    case 'ContainerCreating':
    case 'PodInitializing': {
      const mount = newest(events, 'FailedMount') || newest(events, 'FailedCreatePodSandBox')
      return mount === '' ? undefined : {text: `container ${name} waits: ${mount}`}
    }
    default:
      return {text: `container ${name} waits: ${reason}${message === '' ? '' : `: ${message}`}`}
  }
}

const terminated = (pod: Obj, status: Obj): Finding | undefined => {
  const state = at(status, 'state', 'terminated')
  const code = numberAt(state, 'exitCode')
  if (!state || code === 0) return undefined
  const name = textAt(status, 'name')
  return {
    text: `container ${name} ended with exit code ${code}${textAt(state, 'reason') ? ` (${textAt(state, 'reason')})` : ''}`,
    fix: `mini logs -n ${namespaceOf(pod)} ${nameOf(pod)} -c ${name}`,
  }
}

const unready = (pod: Obj, status: Obj, events: readonly Obj[]): Finding | undefined => {
  if (status.ready === true || !at(status, 'state', 'running')) return undefined
  const probe = newest(events, 'Unhealthy')
  return {
    text: `container ${textAt(status, 'name')} runs but is not ready${probe === '' ? '' : `: ${probe}`}`,
    fix: `mini describe -n ${namespaceOf(pod)} pod/${nameOf(pod)}`,
  }
}

export const podFindings = (pod: Obj, events: readonly Obj[]): Finding[] => {
  if (at(pod, 'metadata', 'deletionTimestamp'))
    return [
      {
        text: 'it is being deleted',
        fix:
          listAt(pod, 'metadata', 'finalizers').length > 0
            ? `mini get pod -n ${namespaceOf(pod)} ${nameOf(pod)} -o jsonpath='{.metadata.finalizers}'`
            : undefined,
      },
    ]
  if (textAt(pod, 'status', 'reason') === 'Evicted')
    return [{text: `it was evicted: ${textAt(pod, 'status', 'message')}`}]
  const statuses = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')]
  const found = [
    ...scheduling(pod),
    ...statuses.flatMap(
      (status) => waiting(pod, status, events) ?? terminated(pod, status) ?? unready(pod, status, events) ?? [],
    ),
  ]
  return found
}
