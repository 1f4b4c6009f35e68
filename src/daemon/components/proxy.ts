// Services become reachable: on their cluster IPs, load balancer addresses and node ports.
import {runUserspaceProxy} from '../../proxy/userspace/run.ts'
import type {Component} from '../component.ts'
import {nodeName} from '../node-names.ts'

export const proxy: Component = {
  name: 'service-proxy',
  // Simulated pods answer nobody.
  wanted: ({runtime}) => runtime !== 'simulated',
  run: ({informers, clock, logger, config}, signal) =>
    runUserspaceProxy({
      informers,
      clock,
      logger,
      signal,
      place: {nodeName: nodeName(config, 0)},
      nodeAddresses: ['127.0.0.1'],
    }),
}
