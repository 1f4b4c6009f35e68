// How a request travels, whatever carries it: in this process, over the Unix socket or over TLS. The server answers
// this shape (apiserver/), the client speaks it (client/); neither knows the other.
import type {Duplex} from 'node:stream'
import type {KubeObject, WatchEvent} from './object.ts'

export interface UserInfo {
  readonly name: string
  readonly uid?: string | undefined
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined
}

export interface ApiRequest {
  readonly method: string
  /** Path and query, as on the request line. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Bytes, or from this process the object itself (which the server copies before it changes anything). */
  readonly body?: Uint8Array | string | KubeObject | AsyncIterable<Uint8Array> | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ApiResponse {
  readonly status: number
  /** Names in lower case; `warning` may be there several times. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The bytes: whole, or as they come (watch, logs, proxied answers). */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
  /**
   * Only in this process: the decoded answer, so that nobody parses what was just written. Deeply frozen and shared:
   * whoever wants to change it copies it.
   */
  readonly object?: unknown
  /** Only in this process and only for a watch: its events, instead of `body`. */
  readonly events?: AsyncIterable<WatchEvent<KubeObject>> | undefined
}

export interface Transport extends AsyncDisposable {
  request(request: ApiRequest): Promise<ApiResponse>
  /** Sends a request that asks for another protocol and hands over the raw connection once the server agreed. */
  upgrade(request: ApiRequest): Promise<{readonly headers: ApiResponse['headers']; readonly socket: Duplex}>
}
