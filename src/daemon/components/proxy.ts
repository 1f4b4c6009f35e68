// Services become reachable, on their cluster IPs, load balancer addresses and node ports; network policies are enforced.
import {runProxy} from '../../proxy/run.ts'
import {administrator, type Component} from '../component.ts'
import {administratorsPath, proxyTable} from '../proxy-table.ts'

export const proxy: Component = {
  name: 'service-proxy',
  // Simulated pods answer nobody.
  wanted: ({runtime}) => runtime !== 'simulated',
  run: ({clientOf, informers, clock, logger, config, endpoints, lacks, path, profile}, signal) =>
    runProxy({
      client: clientOf(administrator, 'mini-proxy'),
      informers,
      clock,
      logger,
      signal,
      mode: config.proxyMode,
      tableName: proxyTable(profile),
      network: {
        podRanges: config.podCidrs,
        serviceRanges: config.serviceCidrs,
        balancerRanges: config.balancerCidrs,
      },
      path: administratorsPath(path),
      onState: ({failure, mode, policiesLack, reason}) => {
        endpoints.set('services', reason === undefined ? `through ${mode}` : `through ${mode}: ${reason}`)
        if (failure === undefined) lacks.delete('rules')
        else lacks.set('rules', `the newest rules of services and policies are not in the kernel: ${failure}`)
        endpoints.set('policies', policiesLack === undefined ? 'enforced' : 'not enforced')
        if (policiesLack === undefined) lacks.delete('network-policy')
        else lacks.set('network-policy', `NetworkPolicy objects are kept and not enforced: ${policiesLack}`)
      },
    }),
}
