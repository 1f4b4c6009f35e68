import type {DoorAddress} from '../../ingress/doors.ts'
import {runIngress} from '../../ingress/run.ts'
import {addressInRange} from '../address-in-range.ts'
import {administrator, type Component} from '../component.ts'
import type {SettledConfig} from '../config.ts'

const HTTP = [80, 8080, 0]
const HTTPS = [443, 8443, 0]
/** Names below localhost lead to both. */
const twins: Readonly<Record<string, string>> = {'127.0.0.1': '::1', '::1': '127.0.0.1'}
/** Behind those that services get: nobody else listens there, so the usual ports are free. */
const IN_BALANCER_RANGE = 254n

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** Where `*.localhost` leads, by both families; and an address of the profile's own, for root to have. */
const addressesOf = ({listenAddress, balancerCidrs}: SettledConfig): DoorAddress[] => {
  const near: DoorAddress = {host: listenAddress, http: HTTP, https: HTTPS}
  const own = balancerCidrs.map((range) => ({
    host: addressInRange(range, IN_BALANCER_RANGE),
    http: [80],
    https: [443],
    isOptional: true,
  }))
  return [
    ...(process.getuid?.() === 0 ? own : []),
    near,
    ...(twins[listenAddress] ? [{...near, host: twins[listenAddress], isOptional: true, isTwin: true}] : []),
  ]
}

export const ingress: Component = {
  name: 'ingress',
  usesAddons: true,
  wanted: ({addons, runtime}) => addons.includes('ingress') && runtime !== 'simulated',
  async run({clientOf, informers, clock, logger, pki, endpoints, config}, signal) {
    await runIngress({
      client: clientOf(administrator, 'mini-ingress'),
      informers,
      clock,
      logger,
      signal,
      addresses: addressesOf(config),
      certificate: await pki.issueServer(['*.localhost', 'localhost', ...Object.keys(twins)]),
      onListening: (addresses) => {
        const shown = addresses.filter(({isTwin}) => !isTwin)
        // The one browsers find by the names below localhost first.
        shown.sort((a, b) => Number(b.host === config.listenAddress) - Number(a.host === config.listenAddress))
        const urls = shown.flatMap(({host, http, https}) => [
          `http://${bracketed(host)}:${http}`,
          `https://${bracketed(host)}:${https}`,
        ])
        endpoints.set('ingress', urls.join(' '))
      },
    }).finally(() => endpoints.delete('ingress'))
  },
}
