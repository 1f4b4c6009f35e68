// Containers as pods and templates describe them.
import {quantityIsZero, quantityValue} from '../../api/meta/quantity.ts'
import type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  EnvVar,
  Pod,
  Probe,
  ResourceRequirements,
} from '../../api/schema/types.gen.ts'
import {quantityNumber} from '../quantities.ts'
import {longTime, sortedEntries} from './common.ts'
import type {Page} from './page.ts'

const portText = (ports: readonly ContainerPort[], number: (port: ContainerPort) => number): string =>
  ports.map((port) => `${number(port)}/${port.protocol ?? 'TCP'}${port.name ? ` (${port.name})` : ''}`).join(', ')

const plural = (title: string, text: string): string => (text.includes(',') ? `${title}s:` : `${title}:`)

const writeLines = (page: Page, level: number, title: string, lines: readonly string[] | undefined): void => {
  if (!lines || lines.length === 0) return
  page.line(level, `${title}:`)
  for (const argument of lines) for (const line of argument.split('\n')) page.line(level + 1, line)
}

const writeState = (page: Page, title: string, state: ContainerState | undefined): void => {
  if (state?.running) {
    page.line(2, `${title}:`, 'Running')
    page.line(3, 'Started:', longTime(state.running.startedAt))
  } else if (state?.waiting) {
    page.line(2, `${title}:`, 'Waiting')
    if (state.waiting.reason) page.line(3, 'Reason:', state.waiting.reason)
  } else if (state?.terminated) {
    const {reason, message, exitCode, signal, startedAt, finishedAt} = state.terminated
    page.line(2, `${title}:`, 'Terminated')
    if (reason) page.line(3, 'Reason:', reason)
    if (message) page.line(3, 'Message:', message)
    page.line(3, 'Exit Code:', exitCode)
    if (signal) page.line(3, 'Signal:', signal)
    page.line(3, 'Started:', longTime(startedAt))
    page.line(3, 'Finished:', longTime(finishedAt))
  } else page.line(2, `${title}:`, 'Waiting')
}

export const writeResources = (page: Page, level: number, resources: ResourceRequirements | undefined): void => {
  for (const [title, amounts] of [
    ['Limits', resources?.limits],
    ['Requests', resources?.requests],
  ] as const) {
    if (!amounts || Object.keys(amounts).length === 0) continue
    page.line(level, `${title}:`)
    for (const [name, amount] of sortedEntries(amounts)) page.line(level + 1, `${name}:`, amount)
  }
}

const handlerText = (probe: Probe): string => {
  if (probe.exec) return `exec [${(probe.exec.command ?? []).join(' ')}]`
  if (probe.httpGet) {
    const {scheme = 'HTTP', host = '', port, path = ''} = probe.httpGet
    const authority = port === '' || port === undefined ? host : `${host}:${port}`
    return `http-get ${scheme.toLowerCase()}://${authority}${path.startsWith('/') || path === '' ? path : `/${path}`}`
  }
  if (probe.tcpSocket) return `tcp-socket ${probe.tcpSocket.host ?? ''}:${probe.tcpSocket.port}`
  if (probe.grpc) return `grpc <pod>:${probe.grpc.port} ${probe.grpc.service ?? ''}`
  return 'unknown'
}

export const probeText = (probe: Probe): string =>
  `${handlerText(probe)} delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 0}s period=${probe.periodSeconds ?? 0}s #success=${probe.successThreshold ?? 0} #failure=${probe.failureThreshold ?? 0}`

const writeProbes = (page: Page, container: Container): void => {
  if (container.livenessProbe) page.line(2, 'Liveness:', probeText(container.livenessProbe))
  if (container.readinessProbe) page.line(2, 'Readiness:', probeText(container.readinessProbe))
  if (container.startupProbe) page.line(2, 'Startup:', probeText(container.startupProbe))
}

const writeEnvironmentFrom = (page: Page, {envFrom = []}: Container): void => {
  if (envFrom.length === 0) return
  page.line(2, 'Environment Variables from:')
  for (const {configMapRef, secretRef, prefix} of envFrom) {
    const [source, kind] = configMapRef ? [configMapRef, 'ConfigMap'] : [secretRef, 'Secret']
    const behind = prefix ? ` with prefix '${prefix}'` : ''
    page.line(3, source?.name ?? '', `${kind}${behind}`, `Optional: ${source?.optional ?? false}`)
  }
}

/** What a field of the pod would be, as far as its own object tells. */
const fieldValue = (path: string, pod: Pod | undefined): string => {
  const metadata = pod?.metadata
  const values: Readonly<Record<string, string | undefined>> = {
    'metadata.name': metadata?.name,
    'metadata.namespace': metadata?.namespace,
    'metadata.uid': metadata?.uid,
    'spec.nodeName': pod?.spec?.nodeName,
    'spec.serviceAccountName': pod?.spec?.serviceAccountName,
  }
  return values[path] ?? ''
}

/** Limits and requests of the container, in units of the divisor; what it does not state is the node's business. */
const resourceValue = (name: string, divisor: string | undefined, container: Container): string => {
  const [kind = '', ...rest] = name.split('.')
  const amount = (kind === 'limits' ? container.resources?.limits : container.resources?.requests)?.[rest.join('.')]
  if (amount === undefined) return ''
  const unit = quantityNumber(divisor ?? '0') || 1
  // Rounded first: thousandths are no exact doubles.
  return String(Math.ceil(Number((quantityNumber(amount) / unit).toPrecision(12))))
}

const writeVariable = (page: Page, variable: EnvVar, container: Container, pod: Pod | undefined): void => {
  const {name, value = '', valueFrom} = variable
  if (!valueFrom) {
    value.split('\n').forEach((line, at) => {
      page.line(3, at === 0 ? `${name}:` : '', line)
    })
    return
  }
  if (valueFrom.fieldRef) {
    const {fieldPath, apiVersion = 'v1'} = valueFrom.fieldRef
    page.line(3, `${name}:`, `${fieldValue(fieldPath, pod)} (${apiVersion}:${fieldPath})`)
  } else if (valueFrom.resourceFieldRef) {
    const {resource, divisor, containerName} = valueFrom.resourceFieldRef
    const of = pod?.spec?.containers.find((other) => other.name === containerName) ?? container
    page.line(3, `${name}:`, `${resourceValue(resource, divisor, of)} (${resource})`)
  } else if (valueFrom.secretKeyRef) {
    const {key, name: secret = '', optional = false} = valueFrom.secretKeyRef
    page.line(3, `${name}:`, `<set to the key '${key}' in secret '${secret}'>`, `Optional: ${optional}`)
  } else if (valueFrom.configMapKeyRef) {
    const {key, name: map = '', optional = false} = valueFrom.configMapKeyRef
    page.line(3, `${name}:`, `<set to the key '${key}' of config map '${map}'>`, `Optional: ${optional}`)
  } else if (valueFrom.fileKeyRef) {
    const {key, path, volumeName, optional = false} = valueFrom.fileKeyRef
    page.line(
      3,
      `${name}:`,
      `<set to the key '${key}' in file '${path}' of volume '${volumeName}'>`,
      `Optional: ${optional}`,
    )
  }
}

const writeMounts = (page: Page, container: Container): void => {
  const mounts = [...(container.volumeMounts ?? [])].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1))
  if (mounts.length === 0) page.line(2, 'Mounts:', '<none>')
  else {
    page.line(2, 'Mounts:')
    for (const {mountPath, name, readOnly, subPath} of mounts)
      page.line(3, `${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${subPath ? `,path="${subPath}"` : ''})`)
  }
  const devices = [...(container.volumeDevices ?? [])].sort((a, b) => (a.devicePath < b.devicePath ? -1 : 1))
  if (devices.length === 0) return
  page.line(2, 'Devices:')
  for (const {devicePath, name} of devices) page.line(3, `${devicePath} from ${name}`)
}

const writeBasics = (page: Page, container: Container, status: ContainerStatus | undefined): void => {
  if (status) page.line(2, 'Container ID:', status.containerID ?? '')
  page.line(2, 'Image:', container.image ?? '')
  if (status) page.line(2, 'Image ID:', status.imageID ?? '')
  const ports = container.ports ?? []
  const inside = portText(ports, (port) => port.containerPort)
  const outside = portText(ports, (port) => port.hostPort ?? 0)
  page.line(2, plural('Port', inside), inside || '<none>')
  page.line(2, plural('Host Port', outside), outside || '<none>')
  const {seccompProfile} = container.securityContext ?? {}
  if (seccompProfile) {
    page.line(2, 'SeccompProfile:', seccompProfile.type)
    if (seccompProfile.type === 'Localhost') page.line(3, 'LocalhostProfile:', seccompProfile.localhostProfile ?? '')
  }
}

const writeStatus = (page: Page, status: ContainerStatus): void => {
  writeState(page, 'State', status.state)
  if (status.lastState?.terminated) writeState(page, 'Last State', status.lastState)
  page.line(2, 'Ready:', status.ready ? 'True' : 'False')
  page.line(2, 'Restart Count:', status.restartCount)
}

export interface ContainersOptions {
  readonly title: string
  readonly containers: readonly Container[]
  readonly statuses?: readonly ContainerStatus[] | undefined
  /** The pod they run in; absent in templates. */
  readonly pod?: Pod | undefined
  readonly space: string
}

export const writeContainers = (
  page: Page,
  {title, containers, statuses = [], pod, space}: ContainersOptions,
): void => {
  if (containers.length === 0) {
    page.line(0, `${space}${title}:`, ' <none>')
    return
  }
  page.line(0, `${space}${title}:`)
  for (const container of containers) {
    const status = statuses.find(({name}) => name === container.name)
    page.line(1, `${space && ' '}${container.name}:`)
    writeBasics(page, container, status)
    writeLines(page, 2, 'Command', container.command)
    writeLines(page, 2, 'Args', container.args)
    if (status) writeStatus(page, status)
    writeResources(page, 2, container.resources)
    writeProbes(page, container)
    writeEnvironmentFrom(page, container)
    if ((container.env ?? []).length === 0) page.line(2, 'Environment:', '<none>')
    else {
      page.line(2, 'Environment:')
      for (const variable of container.env ?? []) writeVariable(page, variable, container, pod)
    }
    writeMounts(page, container)
  }
}
