// What is allowed in a pod, but old, without effect, or hardly meant.
import {parseQuantity} from '../../../meta/quantity.ts'
import type {
  Container,
  NodeSelectorTerm,
  ObjectMeta,
  PodSpec,
  PodTemplateSpec,
  Volume,
} from '../../../schema/types.gen.ts'

const deprecatedLabels: {readonly [label: string]: string} = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}

const deprecatedVolumes: {readonly [source in keyof Volume]?: string} = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
}
const volumePathNames: {readonly [source: string]: string} = {storageos: 'storageOS'}

const annotationWarning = (key: string): string | undefined => {
  if (key === 'scheduler.alpha.kubernetes.io/critical-pod')
    return 'non-functional in v1.16+; use the "priorityClassName" field instead'
  if (key === 'security.alpha.kubernetes.io/sysctls' || key === 'security.alpha.kubernetes.io/unsafe-sysctls')
    return 'non-functional in v1.11+; use the "sysctls" field instead'
  if (key.startsWith('seccomp.security.alpha.kubernetes.io/') || key.startsWith('container.seccomp.security.alpha.'))
    return 'non-functional in v1.27+; use the "seccompProfile" field instead'
  if (key.startsWith('container.apparmor.security.beta.kubernetes.io/'))
    return 'deprecated since v1.30; use the "appArmorProfile" field instead'
  return undefined
}

const nodeTermWarnings = (term: NodeSelectorTerm | undefined, path: string): string[] =>
  (term?.matchExpressions ?? []).flatMap(({key}, index) =>
    deprecatedLabels[key] ? [`${path}.matchExpressions[${index}].key: ${key} is ${deprecatedLabels[key]}`] : [],
  )

const schedulingWarnings = (spec: PodSpec, path: string): string[] => {
  const affinity = spec.affinity?.nodeAffinity
  const required = 'requiredDuringSchedulingIgnoredDuringExecution'
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution'
  return [
    ...Object.keys(spec.nodeSelector ?? {})
      .sort()
      .flatMap((key) => (deprecatedLabels[key] ? [`${path}.nodeSelector[${key}]: ${deprecatedLabels[key]}`] : [])),
    ...(affinity?.[required]?.nodeSelectorTerms ?? []).flatMap((term, index) =>
      nodeTermWarnings(term, `${path}.affinity.nodeAffinity.${required}.nodeSelectorTerms[${index}]`),
    ),
    ...(affinity?.[preferred] ?? []).flatMap(({preference}, index) =>
      nodeTermWarnings(preference, `${path}.affinity.nodeAffinity.${preferred}[${index}].preference`),
    ),
    ...(spec.topologySpreadConstraints ?? []).flatMap(({topologyKey, labelSelector}, index) => {
      const at = `${path}.topologySpreadConstraints[${index}]`
      return [
        ...(deprecatedLabels[topologyKey]
          ? [`${at}.topologyKey: ${topologyKey} is ${deprecatedLabels[topologyKey]}`]
          : []),
        ...(labelSelector ? [] : [`${at}.labelSelector: a null labelSelector results in matching no pod`]),
      ]
    }),
    ...podTermWarnings(spec, path),
  ]
}

const podTermWarnings = (spec: PodSpec, path: string): string[] =>
  (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => {
    const terms = spec.affinity?.[kind]
    const required = (terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term, index) => ({
      term,
      at: `requiredDuringSchedulingIgnoredDuringExecution[${index}]`,
    }))
    const preferred = (terms?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({podAffinityTerm: term}, index) => ({
        term,
        at: `preferredDuringSchedulingIgnoredDuringExecution[${index}].podAffinityTerm`,
      }),
    )
    return [...required, ...preferred].flatMap(({term, at}) =>
      term.labelSelector
        ? []
        : [`${path}.affinity.${kind}.${at}.labelSelector: a null labelSelector results in matching no pod`],
    )
  })

const volumeWarnings = (volumes: readonly Volume[] | undefined, path: string): string[] =>
  (volumes ?? []).flatMap((volume, index) =>
    Object.entries(deprecatedVolumes).flatMap(([source, text]) =>
      volume[source as keyof Volume] === undefined
        ? []
        : [`${path}[${index}].${volumePathNames[source] ?? source}: ${text}`],
    ),
  )

const repeatedAliases = ({hostAliases = []}: PodSpec, path: string): string[] =>
  hostAliases.flatMap(({ip}, index) =>
    hostAliases.findIndex((alias) => alias.ip === ip) < index
      ? [`${path}.hostAliases[${index}].ip: duplicate ip ${JSON.stringify(ip)}`]
      : [],
  )

const emptySecrets = ({imagePullSecrets = []}: PodSpec, path: string): string[] =>
  imagePullSecrets.flatMap(({name}, index) =>
    name ? [] : [`${path}.imagePullSecrets[${index}].name: invalid empty name ""`],
  )

const hiddenVariables = ({env = []}: Pick<Container, 'env'>, path: string): string[] =>
  env.flatMap(({name, value = '', valueFrom}, index) => {
    const reference = `$(${name})`
    const isRepeated = env.findIndex((other) => other.name === name) < index
    const extendsFormer = !valueFrom && value !== reference && value.includes(reference)
    return isRepeated && !extendsFormer
      ? [
          `${path}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
        ]
      : []
  })

const fractionalBytes = (container: Pick<Container, 'resources'>, path: string): string[] =>
  (['limits', 'requests'] as const).flatMap((which) =>
    ['memory', 'ephemeral-storage'].flatMap((resource) => {
      const amount = container.resources?.[which]?.[resource]
      return amount !== undefined && parseQuantity(amount).nanos % 1_000_000_000n !== 0n
        ? [
            `${path}.resources.${which}[${resource}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`,
          ]
        : []
    }),
  )

const repeatedPorts = (containers: readonly Container[], path: string): string[] => {
  const seen = new Map<string, string>()
  return containers.flatMap(({ports = []}, at) =>
    ports.flatMap((port, index) => {
      const here = `${path}[${at}].ports[${index}]`
      const key = [port.containerPort, port.protocol, port.hostPort ?? '', port.hostIP ?? ''].join('/')
      const before = seen.get(key)
      seen.set(key, before ?? here)
      return before ? [`${here}: duplicate port definition with ${before}`] : []
    }),
  )
}

const containerWarnings = (spec: PodSpec, path: string): string[] =>
  (['initContainers', 'containers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, index) => [
      ...fractionalBytes(container, `${path}.${list}[${index}]`),
      ...hiddenVariables(container, `${path}.${list}[${index}]`),
    ]),
  )

const annotationWarnings = (metadata: ObjectMeta | undefined, path: string): string[] =>
  Object.keys(metadata?.annotations ?? {})
    .sort()
    .flatMap((key) => {
      const text = annotationWarning(key)
      return text ? [`${path}.annotations[${key}]: ${text}`] : []
    })

export const podSpecWarnings = (spec: PodSpec, metadata: ObjectMeta | undefined, root: string): string[] => {
  const at = root === '' ? '' : `${root}.`
  const path = `${at}spec`
  return [
    ...schedulingWarnings(spec, path),
    ...annotationWarnings(metadata, `${at}metadata`),
    ...volumeWarnings(spec.volumes, `${path}.volumes`),
    ...repeatedAliases(spec, path),
    ...emptySecrets(spec, path),
    ...containerWarnings(spec, path),
    ...repeatedPorts(spec.containers ?? [], `${path}.containers`),
  ]
}

export const templateWarnings = (template: PodTemplateSpec | undefined, path: string): string[] =>
  template?.spec ? podSpecWarnings(template.spec, template.metadata, path) : []
