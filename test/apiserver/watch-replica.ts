// What a client knows that only watches: built from the first events and kept up by the rest.
import {type ClientRequest, request} from 'node:http'
import type {KubeObject, Stored, WatchEvent} from '../../src/api/object.ts'

export class Replica {
  readonly #objects = new Map<string, Stored<KubeObject>>()
  readonly #request: ClientRequest
  #rest = ''
  readonly types: string[] = []

  constructor(socketPath: string, path: string, labelSelector: string) {
    const query = `watch=1${labelSelector === '' ? '' : `&labelSelector=${encodeURIComponent(labelSelector)}`}`
    this.#request = request({socketPath, path: `${path}?${query}`}, (response) => {
      response.setEncoding('utf8')
      response.on('data', (text: string) => this.#read(text))
      response.on('error', () => undefined)
    })
    this.#request.on('error', () => undefined)
    this.#request.end()
  }

  get objects(): Stored<KubeObject>[] {
    return [...this.#objects.values()]
  }

  close(): void {
    this.#request.destroy()
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#apply(JSON.parse(line) as WatchEvent<KubeObject>)
  }

  #apply({type, object}: WatchEvent<KubeObject>): void {
    this.types.push(type)
    const {name} = object.metadata
    if (type === 'DELETED') this.#objects.delete(name)
    else this.#objects.set(name, object)
  }
}
