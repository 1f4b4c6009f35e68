// What a server offers, kept in a folder for a while, as kubectl keeps it: who looks a type up again needs no round trip. What is not
// found in it is sought anew.
import {mkdirSync, readFileSync, renameSync, statSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import type {ApiClient} from '../../client/contract.ts'
import type {Invocation} from '../invocation.ts'
import type {Discovery} from './discovery.ts'

const KEPT_MS = 6 * 3_600_000

interface Place {
  readonly file: string
  readonly now: () => number
}

const places = new WeakMap<ApiClient, Place>()

const folderOf = ({globals, io}: Pick<Invocation, 'globals' | 'io'>): string => {
  const given = globals['cache-dir']
  if (given !== '' && given !== '$HOME/.kube/cache') return given
  return io.env.KUBECACHEDIR || join(io.env.HOME ?? '', '.kube', 'cache')
}

/** From now on this client's discovery is kept. */
export const cacheDiscovery = (client: ApiClient, wants: Pick<Invocation, 'globals' | 'io'>, server: string): void => {
  const name = server.replace(/^https?:\/\//, '').replace(/[^\w.-]/g, '_')
  places.set(client, {file: join(folderOf(wants), 'discovery', name, 'resources.json'), now: () => wants.io.now()})
}

export const readCached = (client: ApiClient): Discovery | undefined => {
  const place = places.get(client)
  if (!place) return undefined
  try {
    if (place.now() - statSync(place.file).mtimeMs > KEPT_MS) return undefined
    return JSON.parse(readFileSync(place.file, 'utf8')) as Discovery
  } catch {
    // Not there, or not readable: as if nothing were kept.
    return undefined
  }
}

export const writeCached = (client: ApiClient, discovery: Discovery): void => {
  const place = places.get(client)
  if (!place) return
  try {
    mkdirSync(dirname(place.file), {recursive: true, mode: 0o750})
    const half = `${place.file}.${process.pid}`
    writeFileSync(half, JSON.stringify(discovery), {mode: 0o660})
    renameSync(half, place.file)
  } catch {
    // A folder nobody can write to keeps nothing.
  }
}
