// A control plane inside the test's own process: a real server on a store of its own, informers, and whichever
// components the test wants.
import {join} from 'node:path'
import {serviceAccounts} from '../../src/api/resources.ts'
import type {UserInfo} from '../../src/api/transport.ts'
import type {ApiServer} from '../../src/apiserver/contract.ts'
import {createApiServer} from '../../src/apiserver/server.ts'
import {createClient} from '../../src/client/client.ts'
import type {ApiClient} from '../../src/client/contract.ts'
import {nodeLifecycleController} from '../../src/controllers/nodes/lifecycle.ts'
import {type Clock, systemClock} from '../../src/lib/clock.ts'
import {type Logger, silentLogger} from '../../src/lib/logger.ts'
import {type Random, seeded} from '../../src/lib/random.ts'
import type {ControllerSpec, EventRecorder} from '../../src/reconcile/contract.ts'
import {createEventRecorder} from '../../src/reconcile/events/recorder.ts'
import {createInformers, type Informers} from '../../src/reconcile/informers.ts'
import {runControllers} from '../../src/reconcile/run.ts'
import {runScheduler} from '../../src/scheduler/run.ts'
import type {NodeSpecOptions} from '../../src/simulate/node-object.ts'
import {runSimulatedNodes} from '../../src/simulate/run.ts'
import {openStore} from '../../src/store/sqlite/open.ts'
import {tempFolder} from './temp.ts'

const administrator: UserInfo = {name: 'system:admin', groups: ['system:masters', 'system:authenticated']}

export interface Wanted {
  readonly controllers?: readonly ControllerSpec[]
  readonly scheduler?: boolean
  readonly nodes?: NodeSpecOptions
  readonly durable?: boolean
  readonly logger?: Logger
}

export interface InProcess extends AsyncDisposable {
  readonly server: ApiServer
  readonly client: ApiClient
  readonly informers: Informers
}

export interface Tools {
  readonly client: ApiClient
  readonly informers: Informers
  readonly events: EventRecorder
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly signal: AbortSignal
}

export const startInProcess = async (wanted: Wanted = {}): Promise<InProcess> => {
  const {controllers = [], scheduler = false, nodes, durable = false, logger = silentLogger} = wanted
  const folder = tempFolder()
  const clock = systemClock
  const random = seeded(1)
  const store = await openStore({file: join(folder.path, 'state.db'), durable})
  const server = createApiServer({store, clock, random, logger})
  await server.bootstrap()
  const stop = new AbortController()
  const {signal} = stop
  const clientOf = (userAgent: string): ApiClient => createClient(server.transport({user: administrator, userAgent}))
  const client = clientOf('test')
  // Pods need it; where the controller runs as well, it finds it there.
  await client.create(serviceAccounts, {metadata: {name: 'default', namespace: 'default'}})
  const informers = createInformers({client, clock, logger, signal})
  const events = createEventRecorder({client, clock, logger, component: 'default-scheduler'})
  const tools: Tools = {client, informers, events, clock, random, logger, signal}
  // New nodes are tainted until somebody has seen that they are ready.
  const specs = nodes ? [nodeLifecycleController(), ...controllers] : controllers
  const running: Promise<void>[] = [runControllers(specs, tools)]
  if (scheduler) running.push(runScheduler({...tools, client: clientOf('kube-scheduler')}))
  if (nodes) running.push(runSimulatedNodes({...tools, client: clientOf('kubelet'), nodes}))
  return {
    server,
    client,
    informers,
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the test is over'))
      await Promise.allSettled(running)
      await events.close()
      await informers.stopped()
      await server.close()
      await store[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
