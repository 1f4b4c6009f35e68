import {services} from '../../api/resources.ts'
import {listUrl} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {listAt, nameOf, namespaceOf, type Obj, stringsAt, textAt} from '../objects.ts'
import {getJson} from '../request.ts'

/** The way to a service: its load balancer, or the proxy of the server. */
const addressOf = (service: Obj, server: string): string => {
  const [ingress] = listAt(service, 'status', 'loadBalancer', 'ingress')
  const ports = listAt(service, 'spec', 'ports')
  if (ingress) {
    const host = textAt(ingress, 'ip') || textAt(ingress, 'hostname')
    return ports.map((port) => `http://${host}:${textAt(port, 'port')} `).join('')
  }
  const [port] = ports
  const portName = textAt(port, 'name')
  const scheme = portName === 'https' || textAt(port, 'port') === '443' ? 'https:' : ''
  const name = portName === '' && scheme === '' ? nameOf(service) : `${scheme}${nameOf(service)}:${portName}`
  return `${server}/api/v1/namespaces/${namespaceOf(service)}/services/${name}/proxy`
}

export const clusterInfo = async (invocation: Invocation): Promise<void> => {
  const {io, connect} = invocation
  const {client, server} = await connect()
  const green = (text: string): string => (io.isTerminal.out ? `\u001b[0;32m${text}\u001b[0m` : text)
  const yellow = (text: string): string => (io.isTerminal.out ? `\u001b[0;33m${text}\u001b[0m` : text)
  const line = (name: string, address: string): void => io.out(`${green(name)} is running at ${yellow(address)}\n`)
  const {items = []} = await getJson<{items?: Obj[]}>(
    client,
    listUrl(services, 'kube-system', {labelSelector: 'kubernetes.io/cluster-service=true'}),
  )
  line('Kubernetes control plane', server)
  for (const service of items) {
    const name = stringsAt(service, 'metadata', 'labels')['kubernetes.io/name'] || nameOf(service)
    line(name, addressOf(service, server))
  }
  io.out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n")
}
