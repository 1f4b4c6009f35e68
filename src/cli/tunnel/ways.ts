// What a tunnel brings where: pure.
import type {DeepReadonly} from '../../api/object.ts'
import type {Service} from '../../api/schema/types.gen.ts'

export interface Way {
  /** `namespace/name`. */
  readonly service: string
  readonly protocol: 'TCP' | 'UDP'
  /** The service's own address. */
  readonly address: string
  readonly port: number
}

export const nameOfWay = ({service, protocol, port}: Way): string => `${service} ${port}/${protocol}`

/** The first address of each LoadBalancer service that has one; nobody tunnels SCTP. */
export const waysOf = ({metadata, spec, status}: DeepReadonly<Service>): Way[] => {
  const address = status?.loadBalancer?.ingress?.find(({ip}) => ip)?.ip
  if (spec?.type !== 'LoadBalancer' || address === undefined || metadata?.deletionTimestamp) return []
  return (spec.ports ?? []).flatMap(({port, protocol = 'TCP'}) =>
    protocol === 'TCP' || protocol === 'UDP'
      ? [{service: `${metadata?.namespace}/${metadata?.name}`, protocol, address, port}]
      : [],
  )
}
