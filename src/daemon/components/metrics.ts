// The built-in metrics server: looks at every node's summary now and then, and answers metrics.k8s.io.
import {nodes} from '../../api/resources.ts'
import {administrator, type Component} from '../component.ts'
import {metricsKinds} from '../metrics/kinds.ts'
import {metricsRoute} from '../metrics/route.ts'
import {type Sample, Samples} from '../metrics/samples.ts'
import {readSummary} from '../metrics/summary.ts'

const EVERY_MS = 10_000
/** The first rates need not wait for whole rounds. */
const EARLY_LOOKS = 5
const EARLY_MS = 1500

export const metrics: Component = {
  name: 'metrics',
  usesAddons: true,
  wanted: ({addons, runtime}) => addons.includes('metrics') && runtime !== 'simulated',
  async run({clientOf, clock, informers, logger, server}, signal) {
    const client = clientOf(administrator, 'metrics-server')
    const samples = new Samples()
    for (const kind of metricsKinds) server.kinds.set(kind)
    server.addRoute(metricsRoute(samples, client))
    const {cache} = informers.informer(nodes)
    for (let looks = 1; !signal.aborted; looks++) {
      const found = new Map<string, Sample>()
      for (const {metadata} of cache.list())
        try {
          for (const [key, sample] of await readSummary(client, metadata.name, clock.now(), signal))
            found.set(key, sample)
        } catch (error) {
          if (!signal.aborted) logger.debug('no summary of this node', {node: metadata.name, error})
        }
      samples.put(found)
      await clock.sleep(looks < EARLY_LOOKS ? EARLY_MS : EVERY_MS, signal).catch(() => undefined)
    }
  },
}
