// Images to a file that `docker load` takes, that is an OCI layout as well: blobs once, and both lists of them.
import {linkSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {runProgram} from '../run-program.ts'
import {mediaTypes} from './manifest.ts'
import {digestsOf, type ImageRecord} from './record.ts'
import type {ImageStore} from './store.ts'

const blobName = (digest: string): string => `blobs/${digest.replace(':', '/')}`

const dockerEntry = ({manifest, tags}: ImageRecord): object => ({
  Config: blobName(manifest.config.digest),
  RepoTags: tags,
  Layers: manifest.layers.map(({digest}) => blobName(digest)),
})

const layoutEntries = ({manifestDigest, tags}: ImageRecord, size: number): object[] => {
  const descriptor = {mediaType: mediaTypes.manifest, digest: manifestDigest, size}
  if (tags.length === 0) return [descriptor]
  return tags.map((tag) => ({
    ...descriptor,
    annotations: {
      'io.containerd.image.name': tag,
      'org.opencontainers.image.ref.name': tag.slice(tag.lastIndexOf(':') + 1),
    },
  }))
}

/** Only what travels: layers on this machine's own root mean nothing elsewhere. */
export const refuseHost = ({id, onHost, tags}: ImageRecord, verb: string): void => {
  if (onHost)
    throw new Error(`image "${tags[0] ?? id}" is built on this machine's own root (FROM host): it cannot be ${verb}`)
}

export const saveArchive = async (store: ImageStore, records: readonly ImageRecord[], file: string): Promise<void> => {
  for (const record of records) refuseHost(record, 'saved')
  const folder = mkdtempSync(join(store.folder, 'save-'))
  try {
    mkdirSync(join(folder, 'blobs/sha256'), {recursive: true})
    for (const digest of new Set(records.flatMap(digestsOf)))
      linkSync(store.blobFile(digest), join(folder, blobName(digest)))
    const manifests = records.flatMap((record) =>
      layoutEntries(record, statSync(store.blobFile(record.manifestDigest)).size),
    )
    const write = (name: string, content: object): void => writeFileSync(join(folder, name), JSON.stringify(content))
    write('oci-layout', {imageLayoutVersion: '1.0.0'})
    write('index.json', {schemaVersion: 2, mediaType: mediaTypes.index, manifests})
    write('manifest.json', records.map(dockerEntry))
    await runProgram('tar', [
      '-c',
      '--owner=0',
      '--group=0',
      '--mode=u=rwX,go=rX',
      '--sort=name',
      '-C',
      folder,
      '-f',
      file,
      '.',
    ])
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
