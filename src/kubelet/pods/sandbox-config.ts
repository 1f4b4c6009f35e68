// A pod's sandbox as CRI has it.
import {existsSync, mkdirSync} from 'node:fs'
import {Protocol} from '../../lib/cri/enums.ts'
import type {Message} from '../../lib/cri/messages.ts'
import {podDns} from '../containers/dns.ts'
import {cgroupParentOf, overheadOf, podCgroupResources} from '../containers/resources.ts'
import {namespaceOptions} from '../containers/security.ts'
import type {Kubelet} from '../kubelet.ts'
import {podPaths} from '../volumes/paths.ts'
import {labels} from './observe.ts'
import {containersOf, initContainersOf, type ThePod} from './types.ts'

const LONGEST_HOSTNAME = 63

export const hostnameOf = ({metadata, spec}: ThePod): {hostname: string; domain: string | undefined} => {
  const hostname = (spec?.hostname ?? metadata.name).slice(0, LONGEST_HOSTNAME).replace(/[-.]+$/, '')
  return {hostname, domain: spec?.subdomain ? `${spec.subdomain}.${metadata.namespace}.svc` : undefined}
}

/** Some runtimes allow it to a container only if its sandbox says so. */
const hasPrivileged = (pod: ThePod): boolean =>
  [...initContainersOf(pod), ...containersOf(pod)].some(({securityContext}) => securityContext?.privileged)

const protocols: Readonly<Record<string, number>> = {...Protocol}

const pidsLimit = ({config}: Kubelet): Message<'LinuxContainerResources'> =>
  config.podPidsLimit > 0 ? {unified: {'pids.max': String(config.podPidsLimit)}} : {}

export const sandboxConfig = (
  kubelet: Kubelet,
  pod: ThePod,
  attempt: number,
  users?: Message<'UserNamespace'>,
): Message<'PodSandboxConfig'> => {
  const {metadata, spec} = pod
  const {logs} = podPaths(kubelet.options.podsFolder, metadata.uid)
  if (!existsSync(logs)) mkdirSync(logs, {recursive: true, mode: 0o755})
  const {domain, hostname} = hostnameOf(pod)
  const clusterDomain = kubelet.options.clusterDomain ?? 'cluster.local'
  const full = spec?.setHostnameAsFQDN && domain ? `${hostname}.${domain}.${clusterDomain}` : hostname
  return {
    metadata: {name: metadata.name, uid: metadata.uid, namespace: metadata.namespace, attempt},
    hostname: spec?.hostNetwork ? '' : (spec?.hostnameOverride ?? full),
    logDirectory: logs,
    dnsConfig: podDns(pod, {clusterDns: kubelet.options.clusterDns, clusterDomain}),
    portMappings: containersOf(pod).flatMap(({ports = []}) =>
      ports.map(({containerPort, hostIP, hostPort, protocol = 'TCP'}) => ({
        containerPort,
        hostPort,
        hostIp: hostIP,
        protocol: protocols[protocol] ?? 0,
      })),
    ),
    labels: {
      ...metadata.labels,
      [labels.podName]: metadata.name,
      [labels.podNamespace]: metadata.namespace ?? '',
      [labels.podUid]: metadata.uid,
    },
    annotations: {...metadata.annotations},
    linux: {
      cgroupParent: `${kubelet.options.cgroupRoot ?? ''}${cgroupParentOf(pod)}`,
      resources: {...podCgroupResources(pod), ...pidsLimit(kubelet)},
      ...(spec?.overhead ? {overhead: overheadOf(pod)} : {}),
      securityContext: {namespaceOptions: namespaceOptions(pod, '', users), privileged: hasPrivileged(pod)},
      sysctls: Object.fromEntries((spec?.securityContext?.sysctls ?? []).map(({name, value}) => [name, value])),
    },
  }
}
