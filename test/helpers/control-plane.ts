// A control plane in this process: real store, real API server, real controllers, scheduler and simulated nodes as asked
// for, joined by in-process clients.
import {join} from 'node:path'
import type {ApiServer, ApiServerOptions} from '../../src/apiserver/contract.ts'
import {openPki} from '../../src/apiserver/pki/pki.ts'
import {createApiServer} from '../../src/apiserver/server.ts'
import {createClient} from '../../src/client/client.ts'
import type {ApiClient} from '../../src/client/contract.ts'
import {configuredControllers} from '../../src/controllers/configured.ts'
import {controllers} from '../../src/controllers/index.ts'
import {type Clock, systemClock} from '../../src/lib/clock.ts'
import {type Logger, silentLogger} from '../../src/lib/logger.ts'
import {seeded} from '../../src/lib/random.ts'
import type {ControllerSpec} from '../../src/reconcile/contract.ts'
import {createEventRecorder} from '../../src/reconcile/events/recorder.ts'
import {createInformers, type Informers} from '../../src/reconcile/informers.ts'
import {runControllers} from '../../src/reconcile/run.ts'
import {runScheduler} from '../../src/scheduler/run.ts'
import {runSimulatedNodes} from '../../src/simulate/run.ts'
import type {Store} from '../../src/store/contract.ts'
import {openStore} from '../../src/store/sqlite/open.ts'
import {tempFolder} from './temp.ts'

export interface ControlPlaneOptions {
  /** Names of controllers, or all of them. Default: none. */
  readonly controllers?: readonly string[] | 'all'
  /** Simulated nodes, and with them the scheduler. Default 0. */
  readonly nodes?: number
  readonly clock?: Clock
  readonly logger?: Logger
  readonly server?: Partial<ApiServerOptions>
  /** Changes what informers see of the API. */
  readonly wrapInformerClient?: (client: ApiClient) => ApiClient
}

export interface ControlPlane extends AsyncDisposable {
  readonly store: Store
  readonly server: ApiServer
  readonly pki: Awaited<ReturnType<typeof openPki>>
  /** The administrator. */
  readonly client: ApiClient
  readonly informers: Informers
  readonly specs: readonly ControllerSpec[]
  readonly signal: AbortSignal
}

const administrator = {name: 'system:admin', groups: ['system:masters', 'system:authenticated']}

export const controlPlane = async (options: ControlPlaneOptions = {}): Promise<ControlPlane> => {
  const {clock = systemClock, logger = silentLogger} = options
  const folder = tempFolder()
  const stop = new AbortController()
  const {signal} = stop
  const random = seeded(1)
  const store = await openStore({file: join(folder.path, 'state.db'), durable: false})
  const pki = await openPki({folder: join(folder.path, 'pki'), serverNames: ['127.0.0.1']})
  const server = createApiServer({store, pki, clock, logger, ...options.server})
  await server.bootstrap()
  const clientOf = (name: string, userAgent: string): ApiClient =>
    createClient(server.transport({user: {...administrator, name}, userAgent}))
  const client = clientOf('system:admin', 'test')
  const informers = createInformers({client: options.wrapInformerClient?.(client) ?? client, clock, logger, signal})
  const specs = [
    ...controllers,
    ...configuredControllers({caCertificate: pki.caCertificate, authority: pki, podCidrs: ['10.244.0.0/16']}),
  ]
  const wanted = options.controllers ?? []
  const chosen = wanted === 'all' ? specs : specs.filter(({name}) => wanted.includes(name))
  const running: Promise<void>[] = []
  const shared = {informers, clock, random, logger, signal}
  const managed = clientOf('system:admin', 'kube-controller-manager')
  running.push(runControllers(chosen, {...shared, client: managed}))
  if (options.nodes) {
    const scheduling = clientOf('system:kube-scheduler', 'kube-scheduler')
    const events = createEventRecorder({client: scheduling, clock, logger, component: 'default-scheduler'})
    running.push(runScheduler({...shared, client: scheduling, events}))
    const nodes = {count: options.nodes}
    running.push(runSimulatedNodes({...shared, client: clientOf('system:admin', 'kubelet'), nodes}))
  }
  return {
    store,
    server,
    pki,
    client,
    informers,
    specs,
    signal,
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the test is over'))
      await Promise.all(running)
      await informers.stopped()
      await server.close()
      await store[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
