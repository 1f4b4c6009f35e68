// What a pod asks for and the container runtime cannot do on this machine: said once a pod, as an event.
import {type Kubelet, podEvent} from '../kubelet.ts'
import {containersOf, initContainersOf, type ThePod} from './types.ts'

interface Want {
  /** As the runtime names what it lacks. */
  readonly lack: string
  readonly message: string
  of(pod: ThePod): boolean
}

const all = (pod: ThePod) => [...initContainersOf(pod), ...containersOf(pod)]

const seccompTypes = (pod: ThePod): (string | undefined)[] => [
  pod.spec?.securityContext?.seccompProfile?.type,
  ...all(pod).map(({securityContext}) => securityContext?.seccompProfile?.type),
]

const wants: readonly Want[] = [
  {
    lack: 'isolation',
    message: 'containers are plain processes of this user, in the root of this machine',
    of: () => true,
  },
  {
    lack: 'limits',
    message: 'limits of CPU, memory and processes are not enforced',
    of: (pod) => all(pod).some(({resources}) => resources?.limits !== undefined),
  },
  {
    lack: 'pod-network',
    message: 'the pod has the network of this machine instead of its own: its ports must be free here',
    of: (pod) => !pod.spec?.hostNetwork && all(pod).some(({ports = []}) => ports.length > 0),
  },
  {
    lack: 'seccomp',
    message: 'system calls are not filtered: that needs runc or crun',
    of: (pod) => seccompTypes(pod).some((type) => type === 'RuntimeDefault' || type === 'Localhost'),
  },
]

/** `lacks` is the runtime's own list. */
export const unmetWants = (pod: ThePod, lacks: readonly string[]): string[] =>
  wants.filter(({lack, of}) => lacks.includes(lack) && of(pod)).map(({message}) => message)

export const tellLacks = (kubelet: Kubelet, pod: ThePod): void => {
  for (const message of unmetWants(pod, kubelet.runtimeLacks))
    podEvent(kubelet, pod, 'Warning', 'RuntimeLacks', `On this machine ${message}`)
}
