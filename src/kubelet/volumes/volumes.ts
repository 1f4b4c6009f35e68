// A pod's volumes as folders of this machine: made before its containers start, kept up to date, removed with it.
import {execFile} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {parseQuantity} from '../../api/meta/quantity.ts'
import type {DeepReadonly} from '../../api/object.ts'
import {persistentVolumeClaims, persistentVolumes} from '../../api/resources.ts'
import type {PersistentVolume, Volume} from '../../api/schema/types.gen.ts'
import type {Clock} from '../../lib/clock.ts'
import type {ThePod} from '../pods/types.ts'
import {writeAtomically} from './atomic-files.ts'
import {prepareHostPath} from './host-path.ts'
import type {ImageSource} from './image-volumes.ts'
import {giveToGroup} from './ownership.ts'
import {podPaths} from './paths.ts'
import {
  configMapFiles,
  downwardFiles,
  type ProjectionContext,
  projectedFiles,
  secretFiles,
  Tokens,
} from './projection.ts'

const run = promisify(execFile)

export interface PreparedVolume {
  readonly hostPath: string
  /** Nothing of this machine: the runtime mounts an image. */
  readonly image?: ImageSource | undefined
  readonly readOnly: boolean
}

const KINDS = [
  'emptyDir',
  'hostPath',
  'configMap',
  'secret',
  'projected',
  'downwardAPI',
  'persistentVolumeClaim',
  'ephemeral',
  'image',
] as const

export class VolumeError extends Error {
  constructor(volume: string, cause: unknown) {
    super(
      `MountVolume.SetUp failed for volume "${volume}" : ${cause instanceof Error ? cause.message : String(cause)}`,
      {cause},
    )
    this.name = 'VolumeError'
  }
}

/** Without root a volume of memory is one of this machine's disk. */
const mayMount = process.platform === 'linux' && process.getuid?.() === 0

const isMounted = (path: string): boolean =>
  process.platform === 'linux' && readFileSync('/proc/self/mounts', 'utf8').includes(` ${path} `)

export class Volumes {
  readonly #podsFolder: string
  readonly #clock: Clock
  readonly #tokens = new Tokens()
  /** By pod. */
  readonly #images = new Map<string, Set<string>>()

  constructor(podsFolder: string, clock: Clock) {
    this.#podsFolder = podsFolder
    this.#clock = clock
  }

  /** By reference: images that are mounted as volumes. */
  imagesInUse(): ReadonlySet<string> {
    return new Set([...this.#images.values()].flatMap((refs) => [...refs]))
  }

  /** Every volume by name. Rejects with VolumeError where one cannot be there yet. */
  async prepare(context: ProjectionContext): Promise<ReadonlyMap<string, PreparedVolume>> {
    const prepared = new Map<string, PreparedVolume>()
    for (const volume of context.pod.spec?.volumes ?? [])
      try {
        prepared.set(volume.name, await this.#prepareOne(context, volume))
      } catch (error) {
        throw new VolumeError(volume.name, error)
      }
    return prepared
  }

  /** Writes again what may have changed; true when something had. */
  async refresh(context: ProjectionContext): Promise<boolean> {
    let changed = false
    for (const volume of context.pod.spec?.volumes ?? []) if (await this.#writeFiles(context, volume)) changed = true
    return changed
  }

  /** The pod is over: what it wrote into volumes of its own goes, memory volumes first; logs stay until it is deleted. */
  async release(uid: string): Promise<void> {
    const volumes = join(podPaths(this.#podsFolder, uid).folder, 'volumes')
    if (!existsSync(volumes)) return
    for (const name of readdirSync(volumes))
      if (isMounted(join(volumes, name))) await run('umount', ['-l', join(volumes, name)])
    rmSync(volumes, {recursive: true, force: true, maxRetries: 3})
  }

  /** Everything the pod left. */
  async remove(uid: string): Promise<void> {
    await this.release(uid)
    const {folder} = podPaths(this.#podsFolder, uid)
    rmSync(folder, {recursive: true, force: true, maxRetries: 3})
    this.#tokens.forget(uid)
    this.#images.delete(uid)
  }

  async #prepareOne(context: ProjectionContext, volume: DeepReadonly<Volume>): Promise<PreparedVolume> {
    const {pod} = context
    const hostPath = podPaths(this.#podsFolder, pod.metadata.uid).volume(volume.name)
    if (volume.hostPath) {
      prepareHostPath(volume.hostPath.path, volume.hostPath.type ?? '')
      return {hostPath: volume.hostPath.path, readOnly: false}
    }
    if (volume.persistentVolumeClaim)
      return this.#claim(
        context,
        volume.persistentVolumeClaim.claimName,
        volume.persistentVolumeClaim.readOnly ?? false,
      )
    if (volume.ephemeral) return this.#claim(context, `${pod.metadata.name}-${volume.name}`, false)
    if (volume.emptyDir || !KINDS.some((kind) => volume[kind])) await this.#emptyDir(pod, volume, hostPath)
    else if (volume.image) return this.#imageVolume(pod, volume.image)
    else await this.#writeFiles(context, volume)
    return {hostPath, readOnly: false}
  }

  #imageVolume({metadata: {uid}}: ThePod, image: ImageSource): PreparedVolume {
    const known = this.#images.get(uid) ?? new Set<string>()
    this.#images.set(uid, known.add(image.reference ?? ''))
    return {hostPath: '', image, readOnly: true}
  }

  async #emptyDir(pod: ThePod, {emptyDir}: DeepReadonly<Volume>, hostPath: string): Promise<void> {
    const isNew = mkdirSync(hostPath, {recursive: true}) !== undefined
    if (emptyDir?.medium === 'Memory' && mayMount && !isMounted(hostPath)) {
      const size = emptyDir.sizeLimit ? `,size=${parseQuantity(emptyDir.sizeLimit).nanos / 1_000_000_000n}` : ''
      await run('mount', ['-t', 'tmpfs', '-o', `mode=1777${size}`, 'tmpfs', hostPath])
    }
    // Once: what containers made of it afterwards is theirs.
    if (isNew) chmodSync(hostPath, 0o777)
    giveToPodGroup(pod, hostPath, false)
  }

  /** Only volumes made of files: true when they changed. */
  async #writeFiles(context: ProjectionContext, volume: DeepReadonly<Volume>): Promise<boolean> {
    const files = await this.#filesOf(context, volume)
    if (!files) return false
    const {metadata, spec} = context.pod
    const folder = podPaths(this.#podsFolder, metadata.uid).volume(volume.name)
    const stamp = new Date(this.#clock.now()).toISOString().replace(/[-:T]/g, '_').replace('Z', '')
    return writeAtomically(
      folder,
      files,
      `${stamp}.${process.hrtime.bigint() % 1_000_000n}`,
      spec?.securityContext?.fsGroup,
    )
  }

  async #filesOf(context: ProjectionContext, {configMap, downwardAPI, projected, secret}: DeepReadonly<Volume>) {
    if (configMap) return configMapFiles(context, configMap, configMap.defaultMode ?? 0o644)
    if (secret) return secretFiles(context, {...secret, name: secret.secretName}, secret.defaultMode ?? 0o644)
    if (downwardAPI) return downwardFiles(context, downwardAPI.items ?? [], downwardAPI.defaultMode ?? 0o644)
    if (projected)
      return projectedFiles(
        context,
        projected.sources ?? [],
        projected.defaultMode ?? 0o644,
        this.#tokens,
        this.#clock.now(),
      )
    return undefined
  }

  async #claim(
    {client, pod, signal}: ProjectionContext,
    claimName: string,
    readOnly: boolean,
  ): Promise<PreparedVolume> {
    const {namespace} = pod.metadata
    const claim = await client.get(persistentVolumeClaims, {namespace, name: claimName}, {signal})
    if (claim.status?.phase !== 'Bound' || !claim.spec?.volumeName)
      throw new Error(`PVC ${namespace}/${claimName} is not bound`)
    const volume = await client.get(persistentVolumes, {name: claim.spec.volumeName}, {signal})
    const hostPath = pathOfVolume(volume)
    // hostPath volumes are the machine's own, and nobody's to give away.
    if (volume.spec?.local) giveToPodGroup(pod, hostPath, readOnly)
    return {hostPath, readOnly}
  }
}

const giveToPodGroup = ({spec}: ThePod, path: string, readOnly: boolean): void => {
  const {fsGroup: group, fsGroupChangePolicy} = spec?.securityContext ?? {}
  if (group === undefined) return
  giveToGroup(path, {group, readOnly, onRootMismatch: fsGroupChangePolicy === 'OnRootMismatch'})
}

const pathOfVolume = ({metadata, spec}: PersistentVolume): string => {
  if (spec?.hostPath) {
    prepareHostPath(spec.hostPath.path, spec.hostPath.type ?? 'DirectoryOrCreate')
    return spec.hostPath.path
  }
  if (spec?.local) {
    if (!existsSync(spec.local.path)) throw new Error(`path "${spec.local.path}" does not exist`)
    return spec.local.path
  }
  throw new Error(`no volume plugin for ${metadata?.name}: only hostPath and local volumes are mounted`)
}
