// The resolvers of this host, as its resolv.conf names them; changes are followed.
import {isIP} from 'node:net'
import {WatchedFile} from './watched-file.ts'

export const parseResolvConf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => /^\s*nameserver\s+([^\s#;%]+)/.exec(line)?.[1] ?? '')
    .filter((address) => isIP(address) !== 0)

export interface UpstreamsOptions {
  readonly file: string
  /** Our own addresses: asking ourselves would never end. */
  readonly own: readonly string[]
  readonly onChange: () => void
}

export class Upstreams implements Disposable {
  servers: readonly string[] = []
  readonly #file: WatchedFile

  constructor({file, own, onChange}: UpstreamsOptions) {
    this.#file = new WatchedFile(file, (text) => {
      this.servers = parseResolvConf(text).filter((address) => !own.includes(address))
      onChange()
    })
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]()
  }
}
