// What every cluster holds, as prepared in manifests/bootstrap. Only read when a cluster is made.
import {existsSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {KubeObject} from '../../api/object.ts'

const files = ['cluster.json', 'rbac.json'] as const

/** Found from wherever this program runs: its sources, or the bundle in dist. */
const folder = (): string => {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    const candidate = join(at, 'manifests', 'bootstrap')
    if (existsSync(join(candidate, files[0]))) return candidate
  }
  throw new Error('the folder manifests/bootstrap is not where it was installed')
}

export const bootstrapManifests = async (): Promise<KubeObject[]> => {
  const from = folder()
  const lists = await Promise.all(files.map((file) => readFile(join(from, file), 'utf8')))
  return lists.flatMap((text) => JSON.parse(text) as KubeObject[])
}
