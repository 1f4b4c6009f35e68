// The API server, put together.
import {generateKeyPairSync} from 'node:crypto'
import {kinds as builtInKinds} from '../api/kinds/index.ts'
import {groupResourceOf} from '../api/resource.ts'
import {systemClock} from '../lib/clock.ts'
import {silentLogger} from '../lib/logger.ts'
import {systemRandom} from '../lib/random.ts'
import type {Store} from '../store/contract.ts'
import {AdmissionChain} from './admission/chain.ts'
import {admissionContext} from './admission/context.ts'
import type {AdmissionContext} from './admission/contract.ts'
import {dynamicAdmission} from './admission/dynamic/index.ts'
import {type BuiltInOptions, builtInAdmission} from './admission/index.ts'
import {Authenticator} from './auth/authenticate.ts'
import {Authorizer} from './auth/authorizer.ts'
import {escalationStep} from './auth/escalation.ts'
import {reviewsOf} from './auth/reviews.ts'
import {tokenSecretStep} from './auth/token-secrets.ts'
import {Tokens} from './auth/tokens.ts'
import type {Backend, Page} from './backend.ts'
import {bootstrap} from './bootstrap/write.ts'
import type {ApiServer, ApiServerOptions, Route} from './contract.ts'
import {discoveryPage} from './discovery/pages.ts'
import {syncLocalServices} from './extensions/aggregation/local.ts'
import {RemoteApis} from './extensions/aggregation/remote.ts'
import {DefinitionFollower} from './extensions/crd/follow.ts'
import {Listeners} from './http/listeners.ts'
import {localTransport} from './http/local.ts'
import {KindTable} from './kind-table.ts'
import {AuditLog} from './observe/audit.ts'
import {Metrics} from './observe/metrics.ts'
import {healthPage} from './pages/health.ts'
import {historyRoute} from './pages/history.ts'
import {indexPage} from './pages/index-page.ts'
import {openApiPage} from './pages/openapi.ts'
import {openidPage} from './pages/openid.ts'
import {versionPage} from './pages/version.ts'
import type {KeyPair, Pki} from './pki/contract.ts'
import {openPki} from './pki/pki.ts'
import {prefixOf} from './registry/keys.ts'
import {Objects} from './registry/objects.ts'
import {Frames} from './watch/events.ts'
import {WatchHub} from './watch/hub.ts'

const usualCidr = '10.96.0.0/16'
const usualIssuer = 'https://kubernetes.default.svc.cluster.local'

/** Keys that live as long as the process: for servers without a folder of their own. */
const passingKeys = (): Pki['serviceAccount'] => {
  const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
  return {
    privateKey: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
    publicKey: publicKey.export({type: 'spki', format: 'pem'}).toString(),
  }
}

const admissionOptions = ({nodePorts, random, serviceCidrs}: ApiServerOptions): BuiltInOptions => ({
  ...(random ? {random} : {}),
  ...(serviceCidrs ? {serviceCidrs} : {}),
  ...(nodePorts ? {nodePorts} : {}),
})

interface Assembled {
  readonly backend: Backend
  readonly context: AdmissionContext
}

const assemble = (options: ApiServerOptions, pages: readonly Page[], routes: readonly Route[]): Assembled => {
  const {store, clock = systemClock, random = systemRandom, logger = silentLogger} = options
  const objects = new Objects()
  const hub = new WatchHub(store, logger)
  const kinds = new KindTable(options.kinds ?? builtInKinds)
  const authorizer = new Authorizer(store, objects, hub)
  const keys = options.pki?.serviceAccount ?? passingKeys()
  const tokens = new Tokens({issuer: options.issuer ?? usualIssuer, keys, store, objects, clock})
  const authenticator = new Authenticator({tokens, store, objects, clock})
  const context = admissionContext({
    store,
    objects,
    kinds,
    clock,
    decide: (user, attributes) =>
      authorizer.decide(user, {
        ...attributes,
        namespace: attributes.namespace ?? '',
        name: attributes.name ?? '',
        subresource: attributes.subresource ?? '',
      }),
  })
  const steps = [
    ...(options.admission ?? builtInAdmission(admissionOptions(options))),
    tokenSecretStep({tokens, caCertificate: options.pki?.caCertificate}),
    escalationStep(authorizer),
    ...dynamicAdmission(kinds),
  ]
  const backend: Backend = {
    store,
    kinds,
    objects,
    frames: new Frames(objects),
    hub,
    admission: new AdmissionChain(steps, context),
    authorizer,
    authenticator,
    tokens,
    reviews: reviewsOf({authorizer, authenticator, tokens}),
    pages,
    nodeConnector: options.nodeConnector,
    metrics: new Metrics(() => objectCounts(store, kinds)),
    audit: options.auditFile
      ? new AuditLog(options.auditFile, (error) => logger.error('the audit log cannot be written', {error}))
      : undefined,
    routes,
    clock,
    random,
    logger,
  }
  return {backend, context}
}

const objectCounts = (store: Store, kinds: KindTable): Map<string, number> =>
  new Map(
    kinds
      .all()
      .filter((kind) => !kind.virtual && !kind.storage)
      .map((kind) => [groupResourceOf(kind.resource), store.count(prefixOf(kind.resource))]),
  )

export const createApiServer = (options: ApiServerOptions): ApiServer => {
  const routes: Route[] = []
  const pages: Page[] = []
  const {backend, context} = assemble(options, pages, routes)
  const syncLocal = (): Promise<void> => syncLocalServices(backend, context)
  const definitions = new DefinitionFollower(backend, context, syncLocal)
  let pki: Promise<Pki> | undefined
  const openedPki = (): Promise<Pki> => {
    pki ??= options.pki ? Promise.resolve(options.pki) : openPki()
    return pki
  }
  routes.push(historyRoute(backend))
  let frontProxy: Promise<KeyPair> | undefined
  const remote = new RemoteApis(backend, context, () => {
    frontProxy ??= openedPki().then((opened) => opened.issueClient({name: 'front-proxy-client', groups: []}))
    return frontProxy
  })
  routes.push(remote.route)
  const listeners = new Listeners(backend, openedPki)
  const advertise = (): {readonly address: string; readonly port: number} =>
    options.advertise ?? {address: listeners.host, port: listeners.port || 6443}
  const serverAddress = (): string => {
    const {address, port} = advertise()
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  }
  let isClosing = false
  pages.push(
    versionPage,
    backend.metrics.page,
    healthPage({isStoreHealthy: () => !backend.hub.isClosed, isShuttingDown: () => isClosing}),
    discoveryPage({kinds: backend.kinds, serverAddress, others: remote}),
    openApiPage(backend.kinds, remote),
    openidPage(backend.tokens, () => `https://${serverAddress()}/openid/v1/jwks`),
    indexPage(backend.kinds),
  )
  const close = async (): Promise<void> => {
    isClosing = true
    definitions.close()
    remote.close()
    await backend.hub.close()
    await listeners.close()
    await backend.audit?.[Symbol.asyncDispose]()
  }
  return {
    kinds: backend.kinds,
    transport: (caller) => localTransport(backend, caller),
    listenUnix: (path) => listeners.unix(path),
    listenTls: (where) => listeners.tls(where),
    bootstrap: async () => {
      await bootstrap(backend, {
        serviceCidrs: options.serviceCidrs ?? [usualCidr],
        advertise: advertise(),
        caCertificate: options.pki?.caCertificate,
      })
      await syncLocal()
    },
    addRoute: (route) => void routes.push(route),
    close,
    [Symbol.asyncDispose]: close,
  }
}
