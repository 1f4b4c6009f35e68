// Images as files: what `docker save` writes and what the OCI calls a layout come in; docker's form goes out.
import {createHash} from 'node:crypto'
import {
  copyFileSync,
  createReadStream,
  existsSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {runProgram} from '../run-program.ts'
import {type Descriptor, type Manifest, readManifest} from './manifest.ts'
import {digestedName, parseReference, taggedName} from './reference.ts'
import type {ImageRecord, ImageStore} from './store.ts'

interface DockerEntry {
  readonly Config: string
  readonly RepoTags?: readonly string[] | null
  readonly Layers: readonly string[]
}

interface Layout {
  readonly manifests: readonly (Descriptor & {readonly annotations?: Readonly<Record<string, string>>})[]
}

const hashFile = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return `sha256:${hash.digest('hex')}`
}

/** A name out of the archive, which may not lead out of it, through links either. */
const inside = (folder: string, name: string): string => {
  const path = realpathSync(join(folder, name))
  if (!path.startsWith(`${realpathSync(folder)}/`)) throw new Error(`${name} is outside of the archive`)
  return path
}

const keepBlob = async (store: ImageStore, file: string, expected?: string): Promise<Descriptor> => {
  const digest = await hashFile(file)
  if (expected && digest !== expected) throw new Error(`blob ${expected} has digest ${digest}: the archive is damaged`)
  if (!existsSync(store.blobFile(digest))) copyFileSync(file, store.blobFile(digest))
  return {digest, size: statSync(file).size}
}

const loadDocker = async (store: ImageStore, folder: string): Promise<string[]> => {
  const entries = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as DockerEntry[]
  const names: string[] = []
  for (const {Config, Layers, RepoTags} of entries) {
    const config = await keepBlob(store, inside(folder, Config))
    const layers: Descriptor[] = []
    for (const layer of Layers) layers.push(await keepBlob(store, inside(folder, layer)))
    const bytes = Buffer.from(JSON.stringify({schemaVersion: 2, config, layers}))
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    writeFileSync(store.blobFile(digest), bytes)
    const record = await store.add({config, layers}, digest)
    for (const tag of RepoTags ?? []) store.name(record, {tag: taggedName(parseReference(tag))})
    names.push(...(RepoTags?.length ? RepoTags : [record.id]))
  }
  return names
}

const layoutManifest = async (
  folder: string,
  descriptor: Descriptor,
): Promise<{manifest: Manifest; digest: string; file: string}> => {
  const file = inside(folder, `blobs/sha256/${descriptor.digest.slice('sha256:'.length)}`)
  const read = readManifest(readFileSync(file))
  return 'next' in read ? layoutManifest(folder, read.next) : {manifest: read.manifest, digest: descriptor.digest, file}
}

const loadLayout = async (store: ImageStore, folder: string): Promise<string[]> => {
  const {manifests} = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Layout
  const names: string[] = []
  for (const descriptor of manifests) {
    const {digest, file, manifest} = await layoutManifest(folder, descriptor)
    for (const blob of [manifest.config, ...manifest.layers])
      await keepBlob(store, inside(folder, `blobs/sha256/${blob.digest.slice('sha256:'.length)}`), blob.digest)
    await keepBlob(store, file, digest)
    const record = await store.add(manifest, digest)
    const {annotations = {}} = descriptor
    const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name']
    if (name) {
      const reference = parseReference(name)
      store.name(record, {tag: taggedName(reference), digest: digestedName(reference, digest)})
    }
    names.push(name ?? record.id)
  }
  return names
}

/** The names of what was in it. */
export const loadArchive = async (store: ImageStore, file: string): Promise<string[]> => {
  const folder = mkdtempSync(join(store.folder, 'load-'))
  try {
    await runProgram('tar', ['-x', '--no-same-owner', '-C', folder, '-f', file])
    if (existsSync(join(folder, 'manifest.json'))) return await loadDocker(store, folder)
    if (existsSync(join(folder, 'index.json'))) return await loadLayout(store, folder)
    throw new Error(`${file} is neither an archive of 'docker save' nor an OCI layout`)
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

export const saveArchive = async (store: ImageStore, records: readonly ImageRecord[], file: string): Promise<void> => {
  const folder = mkdtempSync(join(store.folder, 'save-'))
  try {
    const entries = records.map(({manifest, tags}): DockerEntry => {
      const nameOf = ({digest}: Descriptor, suffix: string): string => `${digest.slice('sha256:'.length)}${suffix}`
      const put = (blob: Descriptor, suffix: string): string => {
        const name = nameOf(blob, suffix)
        if (!existsSync(join(folder, name))) linkSync(store.blobFile(blob.digest), join(folder, name))
        return name
      }
      return {
        Config: put(manifest.config, '.json'),
        RepoTags: tags,
        Layers: manifest.layers.map((layer) => put(layer, '.tar')),
      }
    })
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(entries))
    await runProgram('tar', ['-c', '--owner=0', '--group=0', '-C', folder, '-f', file, '.'])
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
