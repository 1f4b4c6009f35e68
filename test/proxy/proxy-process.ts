// The proxy of a test, in the namespace it was started in: `proxy-process.ts SOCKET MODE`.
import {createClient} from '../../src/client/client.ts'
import {createHttpTransport} from '../../src/client/http-transport.ts'
import {systemClock} from '../../src/lib/clock.ts'
import type {Logger} from '../../src/lib/logger.ts'
import type {ProxyMode} from '../../src/proxy/contract.ts'
import {runProxy} from '../../src/proxy/run.ts'
import {createInformers} from '../../src/reconcile/informers.ts'

const [socketPath = '', mode = ''] = process.argv.slice(2)
const say = (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
  console.error(message, {...fields, error: fields.error instanceof Error ? fields.error.message : fields.error})
const logger: Logger = {debug: () => undefined, info: () => undefined, warn: say, error: say, child: () => logger}
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())
process.on('disconnect', () => stop.abort())
const client = createClient(await createHttpTransport({socketPath}))
const shared = {client, clock: systemClock, logger, signal: stop.signal}
const informers = createInformers(shared)
await runProxy({
  ...shared,
  informers,
  mode: mode as ProxyMode,
  tableName: 'mini-test',
  network: {podRanges: ['10.244.0.0/16'], serviceRanges: ['10.96.0.0/16'], balancerRanges: ['10.95.255.0/24']},
  path: process.env.PATH ?? '',
  onState: (state) => process.send?.({state}),
})
process.exit()
