import {runIngress} from '../../ingress/run.ts'
import {administrator, type Component} from '../component.ts'

const HTTP = [80, 8080, 0]
const HTTPS = [443, 8443, 0]
const LOOPBACK = '127.0.0.1'

export const ingress: Component = {
  name: 'ingress',
  wanted: ({addons, runtime}) => addons.includes('ingress') && runtime !== 'simulated',
  async run({clientOf, informers, clock, logger, pki, endpoints, config}, signal) {
    const host = config.listenAddress
    await runIngress({
      client: clientOf(administrator, 'mini-ingress'),
      informers,
      clock,
      logger,
      signal,
      host,
      httpPorts: HTTP,
      httpsPorts: HTTPS,
      address: host,
      certificate: await pki.issueServer(['*.localhost', 'localhost', LOOPBACK]),
      onListening: ({http, https}) => {
        endpoints.set('ingress', `http://${host}:${http} https://${host}:${https}`)
      },
    })
  },
}
