// Manifests and configurations of images, as far as running them needs it.
import {arch} from 'node:os'
import type {ImageConfig} from './image.ts'

export interface Platform {
  readonly os?: string
  readonly architecture?: string
  readonly variant?: string
}

export interface Descriptor {
  readonly mediaType?: string
  readonly digest: string
  readonly size: number
  readonly platform?: Platform
}

export interface Manifest {
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
}

interface Index {
  readonly manifests: readonly Descriptor[]
}

export interface ConfigSettings {
  readonly Entrypoint?: readonly string[] | null
  readonly Cmd?: readonly string[] | null
  readonly Env?: readonly string[] | null
  readonly User?: string
  readonly WorkingDir?: string
  readonly StopSignal?: string
}

interface ConfigFile {
  readonly config?: ConfigSettings | null
  readonly rootfs?: {readonly diff_ids?: readonly string[] | null} | null
}

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  gzipLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  zstdLayer: 'application/vnd.oci.image.layer.v1.tar+zstd',
} as const

const architectures: Readonly<Record<string, string>> = {x64: 'amd64', arm64: 'arm64', arm: 'arm', ia32: '386'}
export const platform = {os: 'linux', architecture: architectures[arch()] ?? arch()} as const

const parseObject = (bytes: Buffer): object => {
  let parsed: unknown
  try {
    parsed = JSON.parse(bytes.toString())
  } catch (error) {
    throw new Error(`not a manifest: ${error instanceof Error ? error.message : error}`, {cause: error})
  }
  if (typeof parsed !== 'object' || parsed === null) throw new Error('not a manifest')
  return parsed
}

const offered = (manifests: readonly Descriptor[]): string =>
  manifests.map((one) => `${one.platform?.os ?? '?'}/${one.platform?.architecture ?? '?'}`).join(', ')

/** The manifest itself, or which one to fetch for this machine. */
export const readManifest = (bytes: Buffer): {readonly manifest: Manifest} | {readonly next: Descriptor} => {
  const parsed = parseObject(bytes)
  if ('manifests' in parsed) {
    const {manifests} = parsed as Index
    const found = manifests.find(
      (one) => one.platform?.os === platform.os && one.platform.architecture === platform.architecture,
    )
    const only = manifests.length === 1 && !manifests[0]?.platform ? manifests[0] : undefined
    const next = found ?? only
    if (!next)
      throw new Error(
        `no match for platform in manifest: not found (${platform.os}/${platform.architecture}; the image has ${offered(manifests)})`,
      )
    return {next}
  }
  if (!('config' in parsed && 'layers' in parsed)) throw new Error('manifests of schema version 1 are not supported')
  return {manifest: parsed as unknown as Manifest}
}

export interface ReadConfig {
  readonly config: ImageConfig
  readonly diffIds: readonly string[]
}

export const imageConfigOf = (settings: ConfigSettings): ImageConfig => ({
  entrypoint: settings.Entrypoint ?? [],
  cmd: settings.Cmd ?? [],
  env: settings.Env ?? [],
  user: settings.User ?? '',
  workingDir: settings.WorkingDir ?? '',
  stopSignal: settings.StopSignal ?? '',
})

export const readConfigFile = (bytes: Buffer): ReadConfig => {
  const {config, rootfs} = parseObject(bytes) as ConfigFile
  return {config: imageConfigOf(config ?? {}), diffIds: rootfs?.diff_ids ?? []}
}
