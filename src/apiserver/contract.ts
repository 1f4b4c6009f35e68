// What the API server is given and what it offers. The daemon builds one; tests build many.
import type {Duplex} from 'node:stream'
import type {Kind} from '../api/kind.ts'
import type {ApiRequest, ApiResponse, Transport, UserInfo} from '../api/transport.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {Random} from '../lib/random.ts'
import type {Store} from '../store/contract.ts'
import type {AdmissionStep} from './admission/contract.ts'
import type {Pki} from './pki/contract.ts'

export interface ApiServerOptions {
  readonly store: Store
  /** Built-in kinds. Default: all of api/kinds. Others join and leave through `ApiServer.kinds`. */
  readonly kinds?: readonly Kind[] | undefined
  /** Default: the built-in steps of admission/index.ts. */
  readonly admission?: readonly AdmissionStep[] | undefined
  /** Where keys and certificates live. Without it: made in memory when first needed (tests). */
  readonly pki?: Pki | undefined
  /** JSON lines, appended. Absent: no audit log. */
  readonly auditFile?: string | undefined
  /** How to reach the kubelet of a node: log, exec, attach, port-forward and proxies go through it. */
  readonly nodeConnector?: NodeConnector | undefined
  /** How to reach pods and services for their proxy subresources. Default: TCP to the address. */
  readonly dial?: Dial | undefined
  /** One a family, the usual one first. Default 10.96.0.0/16. */
  readonly serviceCidrs?: readonly string[] | undefined
  /** Where node ports are given from. Default 30000 to 32767. */
  readonly nodePorts?: {readonly first: number; readonly last: number} | undefined
  /** Who issues service-account tokens. Default https://kubernetes.default.svc.cluster.local. */
  readonly issuer?: string | undefined
  /** What the `kubernetes` service points at. Default: 127.0.0.1 and the TLS port. */
  readonly advertise?: {readonly address: string; readonly port: number} | undefined
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  readonly logger?: Logger | undefined
}

export interface ApiServer extends AsyncDisposable {
  /** A caller in this process: same door, same rules, no sockets. */
  transport(caller: Caller): Transport
  /** Whoever can open the socket is the administrator (system:masters). Made with mode 0600. */
  listenUnix(path: string): Promise<Listening>
  /** Clients with certificates, tokens, or nothing (system:anonymous). Port 0: any free port. */
  listenTls(options?: {readonly host?: string; readonly port?: number}): Promise<Listening>
  /** Writes what every cluster holds and is not there yet. Call once before anybody connects. */
  bootstrap(): Promise<void>
  /** Kinds that come and go at run time (custom resources). */
  readonly kinds: KindRegistry
  /** Requests under paths that belong to somebody else (aggregated APIs, the dashboard). */
  addRoute(route: Route): void
  /** Ends watches and connections, finishes requests under way. The store stays open: it is the caller's. */
  close(): Promise<void>
}

export interface Caller {
  readonly user: UserInfo
  /** The default field manager is its part before the slash. */
  readonly userAgent?: string | undefined
}

export interface Listening {
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

export interface KindRegistry {
  /** The kind served under this group, version and plural. */
  get(group: string, version: string, plural: string): Kind | undefined
  all(): readonly Kind[]
  /** Adds the kind, or replaces the one of the same group, version and plural. */
  set(kind: Kind): void
  remove(group: string, version: string, plural: string): void
  /** Counts changes: whoever derives something from all kinds (discovery, OpenAPI) knows when it is stale. */
  readonly generation: number
}

/** Answers a request that was authenticated and authorized, or passes it on with undefined. */
export interface Route {
  readonly name: string
  /** Whether the path is this route's. Asked before built-in paths. */
  matches(path: string): boolean
  handle(request: ApiRequest, user: UserInfo): Promise<ApiResponse | undefined>
  upgrade?(
    request: ApiRequest,
    user: UserInfo,
  ): Promise<{readonly headers: ApiResponse['headers']; readonly socket: Duplex} | undefined>
}

/** The kubelet's HTTP API of a node (`/containerLogs/...`, `/exec/...`). Rejects where there is no such node. */
export type NodeConnector = (nodeName: string) => Promise<Transport>

export type Dial = (host: string, port: number) => Promise<Duplex>
