// The four generators of services.
import {services} from '../../../../api/resources.ts'
import type {Invocation} from '../../../invocation.ts'
import type {Obj} from '../../../objects.ts'
import {createGenerated, type Generator, oneName} from '../generate.ts'

const portNumber = (text: string): number => {
  const problem = (why: string): Error => new Error(`strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`)
  if (!/^\d+$/.test(text)) throw problem('invalid syntax')
  if (Number(text) > 65_535) throw problem('value out of range')
  const value = Number(text)
  return value
}

const portOf = (text: string, nodePort: number): Obj => {
  const [port = '', target = ''] = text.split(':')
  const number = portNumber(port)
  return {
    name: text.replaceAll(':', '-'),
    ...(nodePort > 0 ? {nodePort} : {}),
    port: number,
    protocol: 'TCP',
    targetPort: target === '' ? number : /^\d+$/.test(target) ? portNumber(target) : target,
  }
}

interface ServiceWish {
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  readonly tcp: readonly string[]
  readonly nodePort?: number
  readonly extra?: Obj
  readonly portsRequired: boolean
}

export const createService = async (
  invocation: Generator & Pick<Invocation, 'args'>,
  wish: ServiceWish,
): Promise<void> => {
  const name = oneName(invocation)
  if (wish.portsRequired && wish.tcp.length === 0) throw new Error('at least one tcp port specifier must be provided')
  const ports = wish.tcp.map((text) => portOf(text, wish.nodePort ?? 0))
  await createGenerated(invocation, {
    resource: services,
    failure: `failed to create ${wish.type} service: `,
    object: {
      metadata: {labels: {app: name}, name},
      spec: {...wish.extra, ...(ports.length > 0 ? {ports} : {}), selector: {app: name}, type: wish.type},
      status: {loadBalancer: {}},
    },
  })
}
