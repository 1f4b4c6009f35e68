// Field descriptions as Kubernetes publishes them. @kubernetes/client-node has lost the texts of fields that refer to
// another type, and the empty lines between paragraphs (they are two spaces there, as some sentences are): the texts are
// in descriptions.json (text to the places that have it), the lines are put back where they can be told.
import {readFileSync} from 'node:fs'

const app = 'io.k8s.api.apps.v1.'
const core = 'io.k8s.api.core.v1.'
const portRange = 'Number must be in the range 1 to 65535. Name must be an IANA_SVC_NAME.'

const lost: Record<string, Record<string, string>> = {
  [`${core}ServicePort`]: {
    targetPort: `Number or name of the port to access on the pods targeted by the service. ${portRange} If this is a string, it will be looked up as a named port in the target Pod's container ports. If this is not specified, the value of the 'port' field is used (an identity map). This field is ignored for services with clusterIP=None, and should be omitted or set equal to the 'port' field. More info: https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service`,
  },
  [`${core}HTTPGetAction`]: {port: `Name or number of the port to access on the container. ${portRange}`},
  [`${core}TCPSocketAction`]: {port: `Number or name of the port to access on the container. ${portRange}`},
  [`${app}RollingUpdateDeployment`]: {
    maxSurge:
      'The maximum number of pods that can be scheduled above the desired number of pods. Value can be an absolute number (ex: 5) or a percentage of desired pods (ex: 10%). This can not be 0 if MaxUnavailable is 0. Absolute number is calculated from percentage by rounding up. Defaults to 25%. Example: when this is set to 30%, the new ReplicaSet can be scaled up immediately when the rolling update starts, such that the total number of old and new pods do not exceed 130% of desired pods. Once old pods have been killed, new ReplicaSet can be scaled up further, ensuring that total number of pods running at any time during the update is at most 130% of desired pods.',
    maxUnavailable:
      'The maximum number of pods that can be unavailable during the update. Value can be an absolute number (ex: 5) or a percentage of desired pods (ex: 10%). Absolute number is calculated from percentage by rounding down. This can not be 0 if MaxSurge is 0. Defaults to 25%. Example: when this is set to 30%, the old ReplicaSet can be scaled down to 70% of desired pods immediately when the rolling update starts. Once new pods are ready, old ReplicaSet can be scaled down further, followed by scaling up the new ReplicaSet, ensuring that the total number of pods available at all times during the update is at least 70% of desired pods.',
  },
  [`${app}RollingUpdateDaemonSet`]: {
    maxSurge:
      'The maximum number of nodes with an existing available DaemonSet pod that can have an updated DaemonSet pod during during an update. Value can be an absolute number (ex: 5) or a percentage of desired pods (ex: 10%). This can not be 0 if MaxUnavailable is 0. Absolute number is calculated from percentage by rounding up to a minimum of 1. Default value is 0. Example: when this is set to 30%, at most 30% of the total number of nodes that should be running the daemon pod (i.e. status.desiredNumberScheduled) can have their a new pod created before the old pod is marked as deleted. The update starts by launching new pods on 30% of nodes. Once an updated pod is available (Ready for at least minReadySeconds) the old DaemonSet pod on that node is marked deleted. If the old pod becomes unavailable for any reason (Ready transitions to false, is evicted, or is drained) an updated pod is immediately created on that node without considering surge limits. Allowing surge implies the possibility that the resources consumed by the daemonset on any given node can double if the readiness check fails, and so resource intensive daemonsets should take into account that they may cause evictions during disruption.',
    maxUnavailable:
      'The maximum number of DaemonSet pods that can be unavailable during the update. Value can be an absolute number (ex: 5) or a percentage of total number of DaemonSet pods at the start of the update (ex: 10%). Absolute number is calculated from percentage by rounding up. This cannot be 0 if MaxSurge is 0 Default value is 1. Example: when this is set to 30%, at most 30% of the total number of nodes that should be running the daemon pod (i.e. status.desiredNumberScheduled) can have their pods stopped for an update at any given time. The update starts by stopping at most 30% of those DaemonSet pods and then brings up new DaemonSet pods in their place. Once the new pods are available, it then proceeds onto other DaemonSet pods, thus ensuring that at least 70% of original number of DaemonSet pods are available at all times during the update.',
  },
  [`${app}RollingUpdateStatefulSetStrategy`]: {
    maxUnavailable:
      'The maximum number of pods that can be unavailable during the update. Value can be an absolute number (ex: 5) or a percentage of desired pods (ex: 10%). Absolute number is calculated from percentage by rounding up. This can not be 0. Defaults to 1. This field is beta-level and is enabled by default. The field applies to all pods in the range 0 to Replicas-1. That means if there is any unavailable pod in the range 0 to Replicas-1, it will be counted towards MaxUnavailable. This setting might not be effective for the OrderedReady podManagementPolicy. That policy ensures pods are created and become ready one at a time.',
  },
  'io.k8s.api.policy.v1.PodDisruptionBudgetSpec': {
    maxUnavailable:
      'An eviction is allowed if at most "maxUnavailable" pods selected by "selector" are unavailable after the eviction, i.e. even in absence of the evicted pod. For example, one can prevent all voluntary evictions by specifying 0. This is a mutually exclusive setting with "minAvailable".',
    minAvailable:
      'An eviction is allowed if at least "minAvailable" pods selected by "selector" will still be available after the eviction, i.e. even in the absence of the evicted pod.  So for example you can prevent all voluntary evictions by specifying "100%".',
  },
  'io.k8s.api.networking.v1.NetworkPolicyPort': {
    port: 'port represents the port on the given protocol. This can either be a numerical or named port on a pod. If this field is not provided, this matches all port names and numbers. If present, only traffic on the specified protocol AND port will be matched.',
  },
}

/** How paragraphs begin, rather than sentences after two spaces. */
const paragraph =
  /([.:)]) {2}(?=\*|- |This field|This is an? |This should|Applied only|Populated by|Null for|Read-only|If this field|If SchedulingGates|If empty|Must be a DNS|More info|Note|Cannot|Deprecated|DEPRECATED|Requires|Required|When |Valid |Possible |Examples|Finalizers|The only|The serialization|Selector|It |In the future)/g

const kept = new Map(
  Object.entries(
    JSON.parse(readFileSync(new URL('./descriptions.json', import.meta.url), 'utf8')) as Record<string, string>,
  ).flatMap(([text, places]) => places.split(' ').map((place): [string, string] => [`io.k8s.${place}`, text])),
)

export const describe = (definition: string, field: string, text: string): string =>
  lost[definition]?.[field] ?? kept.get(`${definition}#${field}`) ?? text.replace(paragraph, '$1\n\n')
