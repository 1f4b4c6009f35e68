// The API server, put together.
import {kinds as builtInKinds} from '../api/kinds/index.ts'
import {systemClock} from '../lib/clock.ts'
import {silentLogger} from '../lib/logger.ts'
import {systemRandom} from '../lib/random.ts'
import {AdmissionChain} from './admission/chain.ts'
import {admissionContext} from './admission/context.ts'
import type {Backend, Page} from './backend.ts'
import type {ApiServer, ApiServerOptions, Route} from './contract.ts'
import {Listeners} from './http/listeners.ts'
import {localTransport} from './http/local.ts'
import {KindTable} from './kind-table.ts'
import {Objects} from './registry/objects.ts'
import {Frames} from './watch/events.ts'
import {WatchHub} from './watch/hub.ts'

const backendOf = (options: ApiServerOptions, pages: readonly Page[], routes: readonly Route[]): Backend => {
  const {store, clock = systemClock, random = systemRandom, logger = silentLogger} = options
  const objects = new Objects()
  const reads = {store, objects, clock}
  const kinds = new KindTable(options.kinds ?? builtInKinds)
  const context = admissionContext({...reads, kinds, isAllowed: async () => true})
  return {
    store,
    kinds,
    objects,
    frames: new Frames(objects),
    hub: new WatchHub(store, logger),
    admission: new AdmissionChain(options.admission ?? [], context),
    authorize: async () => undefined,
    pages,
    routes,
    clock,
    random,
    logger,
  }
}

export const createApiServer = (options: ApiServerOptions): ApiServer => {
  const routes: Route[] = []
  const backend = backendOf(options, [], routes)
  const listeners = new Listeners(backend)
  return {
    kinds: backend.kinds,
    transport: (caller) => localTransport(backend, caller),
    listenUnix: (path) => listeners.unix(path),
    listenTls: (where) => listeners.tls(where),
    bootstrap: async () => undefined,
    addRoute: (route) => void routes.push(route),
    async close() {
      await backend.hub.close()
      await listeners.close()
    },
    async [Symbol.asyncDispose]() {
      await this.close()
    },
  }
}
