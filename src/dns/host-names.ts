// Names of this machine's own: `host.mini.internal`, and what its hosts file says. Addresses of its loopback are left
// out: in a pod they would mean the pod.
import {isIP} from 'node:net'
import type {DnsRecord} from './records.ts'
import {addressRecord} from './records.ts'
import {WatchedFile} from './watched-file.ts'

const LOOPBACK = /^(127\.|::1$|0\.0\.0\.0$|::$)/

export const parseHosts = (text: string): Map<string, string[]> => {
  const names = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...words] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/)
    if (isIP(address) === 0 || LOOPBACK.test(address)) continue
    for (const word of words) {
      const name = word.toLowerCase()
      names.set(name, [...(names.get(name) ?? []), address])
    }
  }
  return names
}

export interface HostNamesOptions {
  readonly own: ReadonlyMap<string, readonly string[]>
  /** Absent: only our own. */
  readonly file?: string | undefined
  readonly onChange: () => void
}

export class HostNames implements Disposable {
  readonly #file: WatchedFile | undefined
  #records: ReadonlyMap<string, readonly DnsRecord[]> = new Map()

  constructor({own, file, onChange}: HostNamesOptions) {
    const set = (text: string): void => {
      const all = new Map<string, readonly string[]>([...parseHosts(text), ...own])
      this.#records = new Map([...all].map(([name, addresses]) => [name, addresses.map(addressRecord)]))
      onChange()
    }
    if (file === undefined) set('')
    else this.#file = new WatchedFile(file, set)
  }

  lookup(name: string): readonly DnsRecord[] | undefined {
    return this.#records.get(name)
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]()
  }
}
