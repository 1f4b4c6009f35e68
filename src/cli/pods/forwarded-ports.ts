// Ports as port-forward is given them: `80`, `8080:80`, `:80`, `8080:http`; of a service its own ports.
import {listAt, nameOf, numberAt, type Obj, textAt} from '../objects.ts'

export interface ForwardedPort {
  /** 0: any that is free. */
  readonly local: number
  readonly remote: number
}

const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text)

/** Two halves; a word without a colon is both of them. */
const halves = (word: string): readonly [local: string, remote: string] => {
  const parts = word.split(':')
  const [first = '', second = ''] = parts
  return parts.length === 2 ? [first, second] : [first, first]
}

const containerPort = (pod: Obj, name: string): number => {
  const ports = listAt(pod, 'spec', 'containers').flatMap((container) => listAt(container, 'ports'))
  const found = ports.find((port) => port.name === name)
  if (!found) throw new Error(`Pod '${nameOf(pod)}' does not have a named port '${name}'`)
  return numberAt(found, 'containerPort')
}

const refuseUdp = (isUdp: boolean, port: string): void => {
  if (isUdp) throw new Error(`UDP protocol is not supported for ${port}`)
}

/** UDP only: the same port may speak TCP too. */
const speaksOnlyUdp = (ports: readonly Obj[], isMeant: (port: Obj) => boolean): boolean => {
  const meant = ports.filter(isMeant)
  return meant.length > 0 && meant.every((port) => port.protocol === 'UDP')
}

const ofPod = (pod: Obj, word: string): string => {
  const [local, remote] = halves(word)
  const number = isNumber(remote) ? remote : String(containerPort(pod, remote))
  const ports = listAt(pod, 'spec', 'containers').flatMap((container) => listAt(container, 'ports'))
  refuseUdp(
    speaksOnlyUdp(ports, (port) => port.containerPort === Number(number)),
    remote,
  )
  if (!isNumber(remote)) return local === remote ? number : `${local}:${number}`
  return word
}

const servicePort = (service: Obj, name: string): number => {
  const found = listAt(service, 'spec', 'ports').find((port) => port.name === name)
  if (!found) throw new Error(`Service '${nameOf(service)}' does not have a named port '${name}'`)
  return numberAt(found, 'port')
}

const targetOf = (service: Obj, pod: Obj, port: number): number => {
  const found = listAt(service, 'spec', 'ports').find((one) => one.port === port)
  if (!found) throw new Error(`Service ${nameOf(service)} does not have a service port ${port}`)
  if (textAt(service, 'spec', 'clusterIP') === 'None') return port
  const {targetPort} = found
  if (typeof targetPort === 'string') return containerPort(pod, targetPort)
  return typeof targetPort === 'number' && targetPort !== 0 ? targetPort : port
}

const ofService = (service: Obj, pod: Obj, word: string): string => {
  const [local, remote] = halves(word)
  const port = isNumber(remote) ? Number(remote) : servicePort(service, remote)
  refuseUdp(
    speaksOnlyUdp(listAt(service, 'spec', 'ports'), (one) => one.port === port),
    remote,
  )
  const here = !isNumber(remote) && local === remote ? String(port) : local
  return `${here}:${targetOf(service, pod, port)}`
}

const portNumber = (which: 'local' | 'remote', text: string): number => {
  const failed = (why: string): Error =>
    new Error(`error parsing ${which} port '${text}': strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`)
  if (!/^\d+$/.test(text)) throw failed('invalid syntax')
  const port = Number(text)
  if (port > 65_535) throw failed('value out of range')
  return port
}

export const parsePort = (word: string): ForwardedPort => {
  const parts = word.split(':')
  if (parts.length > 2) throw new Error(`invalid port format '${word}'`)
  const [first = '', second = first] = parts
  const local = portNumber('local', parts.length === 2 && first === '' ? '0' : first)
  const remote = portNumber('remote', second)
  if (remote === 0) throw new Error('remote port must be > 0')
  return {local, remote}
}

export const forwardedPorts = (named: Obj, pod: Obj, words: readonly string[]): ForwardedPort[] =>
  words
    .map((word) => (textAt(named, 'kind') === 'Service' ? ofService(named, pod, word) : ofPod(pod, word)))
    .map(parsePort)
