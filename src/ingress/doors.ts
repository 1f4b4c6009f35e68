// All the addresses an Ingress answers on, each with a door for HTTP and one for HTTPS.
import type {IngressLoadBalancerIngress} from '../api/schema/types.gen.ts'
import type {Logger} from '../lib/logger.ts'
import {type DoorOptions, openDoor} from './listen.ts'

export interface DoorAddress {
  readonly host: string
  /** Tried in this order; 0: any. */
  readonly http: readonly number[]
  readonly https: readonly number[]
  /** Nobody misses it where it cannot be had. */
  readonly isOptional?: boolean | undefined
  /** The address before in another family: the same ports or none, and status does not name it. */
  readonly isTwin?: boolean | undefined
}

export interface OpenDoors extends AsyncDisposable {
  readonly addresses: readonly OpenAddress[]
}

export interface OpenAddress {
  readonly host: string
  readonly http: number
  readonly https: number
  readonly isTwin: boolean
}

type Common = Omit<DoorOptions, 'host' | 'ports' | 'tls'> & Required<Pick<DoorOptions, 'tls'>>

const openAt = async (
  {host, http, https, isTwin = false}: DoorAddress,
  common: Common,
  stack: AsyncDisposableStack,
): Promise<OpenAddress> => {
  const {tls, ...rest} = common
  const plain = stack.use(await openDoor({...rest, host, ports: http}))
  const secure = stack.use(await openDoor({...rest, host, ports: https, tls}))
  return {host, http: plain.port, https: secure.port, isTwin}
}

export const openDoors = async (wanted: readonly DoorAddress[], common: Common, logger: Logger): Promise<OpenDoors> => {
  const stack = new AsyncDisposableStack()
  const addresses: OpenAddress[] = []
  for (const address of wanted)
    try {
      const before = address.isTwin ? addresses.at(-1) : undefined
      const ports = before ? {http: [before.http], https: [before.https]} : {}
      addresses.push(await openAt({...address, ...ports}, common, stack))
    } catch (error) {
      if (!address.isOptional) {
        await stack.disposeAsync()
        throw error
      }
      logger.info('ingress does without this address', {host: address.host, error})
    }
  return {addresses, [Symbol.asyncDispose]: () => stack.disposeAsync()}
}

/** As an Ingress's status says it. */
export const statusOf = (addresses: readonly OpenAddress[]): IngressLoadBalancerIngress[] =>
  addresses
    .filter(({isTwin}) => !isTwin)
    .map(({host, http, https}) => ({
      ip: host,
      ports: [
        {port: http, protocol: 'TCP'},
        {port: https, protocol: 'TCP'},
      ],
    }))
