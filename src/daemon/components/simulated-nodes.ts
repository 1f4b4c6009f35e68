import {runSimulatedNodes} from '../../simulate/run.ts'
import {administrator, type Component} from '../component.ts'

/** Always there: nodes marked as simulated may be added to any cluster. */
export const simulatedNodes: Component = {
  name: 'simulated-nodes',
  wanted: () => true,
  run: ({clientOf, informers, clock, random, logger, config, nodes}, signal) =>
    runSimulatedNodes({
      client: clientOf(administrator, 'kubelet'),
      informers,
      clock,
      random,
      logger,
      signal,
      connections: nodes,
      nodes: config.runtime === 'simulated' ? {count: config.nodes, pods: String(config.maxPods)} : undefined,
    }),
}
