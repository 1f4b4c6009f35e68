// One request on its way through the server.
import type {ApiRequest, UserInfo} from '../../api/transport.ts'
import type {RequestInfo} from './info.ts'

export interface Call {
  readonly request: ApiRequest
  readonly info: RequestInfo
  readonly user: UserInfo
  /** Came from this process: answers may carry shared objects, bodies may be objects. */
  readonly local: boolean
  readonly userAgent: string
  /** Text of Warning headers, in order, without repeats. */
  readonly warnings: Set<string>
  readonly annotations: Map<string, string>
}

export const headerOf = (call: Pick<Call, 'request'>, name: string): string => call.request.headers[name] ?? ''

/** `kubectl/v1.36.2 (linux/amd64)` writes as `kubectl`. */
export const managerOf = (userAgent: string): string => {
  const slash = userAgent.indexOf('/')
  const name = slash < 0 ? userAgent : userAgent.slice(0, slash)
  return [...name].slice(0, 128).join('')
}
