// The resolvers of this host, as its resolv.conf names them; changes are followed.
import {type FSWatcher, readFileSync, watch} from 'node:fs'
import {isIP} from 'node:net'
import {basename, dirname} from 'node:path'

export const parseResolvConf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => /^\s*nameserver\s+([^\s#;%]+)/.exec(line)?.[1] ?? '')
    .filter((address) => isIP(address) !== 0)

export class Upstreams implements Disposable {
  servers: readonly string[] = []
  readonly #file: string
  /** Our own addresses: asking ourselves would never end. */
  readonly #own: ReadonlySet<string>
  #watcher: FSWatcher | undefined

  constructor(file: string, own: readonly string[]) {
    this.#file = file
    this.#own = new Set(own)
    this.#read()
    try {
      // The folder, because the file is often replaced.
      this.#watcher = watch(dirname(file), (_, name) => {
        if (name === null || name === basename(file)) this.#read()
      })
      this.#watcher.on('error', () => undefined)
      this.#watcher.unref()
    } catch {
      // Not a folder that can be watched: the servers stay as they are.
    }
  }

  #read(): void {
    try {
      this.servers = parseResolvConf(readFileSync(this.#file, 'utf8')).filter((address) => !this.#own.has(address))
    } catch {
      this.servers = []
    }
  }

  [Symbol.dispose](): void {
    this.#watcher?.close()
  }
}
