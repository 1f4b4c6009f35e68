// The cluster a command talks to.
import type {ApiClient} from '../../client/contract.ts'

export interface Connection {
  readonly client: ApiClient
  /** Where commands work that are not told where. */
  readonly namespace: string
  /** Whether it was given on the command line: objects of another namespace are refused then. */
  readonly namespaceGiven: boolean
  /** `https://host:port`, as messages show it. */
  readonly server: string
}
