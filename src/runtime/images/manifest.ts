// Manifests and configurations of images, as far as running them needs it.
import {arch} from 'node:os'
import type {ImageConfig} from './image.ts'

export interface Descriptor {
  readonly mediaType?: string
  readonly digest: string
  readonly size: number
  readonly platform?: {readonly os?: string; readonly architecture?: string; readonly variant?: string}
}

export interface Manifest {
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
}

interface Index {
  readonly manifests: readonly Descriptor[]
}

interface ConfigFile {
  readonly config?: {
    readonly Entrypoint?: readonly string[] | null
    readonly Cmd?: readonly string[] | null
    readonly Env?: readonly string[] | null
    readonly User?: string
    readonly WorkingDir?: string
    readonly StopSignal?: string
  }
}

const architectures: Readonly<Record<string, string>> = {x64: 'amd64', arm64: 'arm64', arm: 'arm', ia32: '386'}
export const platform = {os: 'linux', architecture: architectures[arch()] ?? arch()} as const

const parseObject = (bytes: Buffer): object => {
  const parsed: unknown = JSON.parse(bytes.toString())
  if (typeof parsed !== 'object' || parsed === null) throw new Error('not a manifest')
  return parsed
}

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
    if (!next) throw new Error(`no match for platform in manifest: not found (${platform.os}/${platform.architecture})`)
    return {next}
  }
  if (!('config' in parsed && 'layers' in parsed)) throw new Error('manifests of schema version 1 are not supported')
  return {manifest: parsed as unknown as Manifest}
}

export const readConfig = (bytes: Buffer): ImageConfig => {
  const {config = {}} = parseObject(bytes) as ConfigFile
  return {
    entrypoint: config.Entrypoint ?? [],
    cmd: config.Cmd ?? [],
    env: config.Env ?? [],
    user: config.User ?? '',
    workingDir: config.WorkingDir ?? '',
    stopSignal: config.StopSignal ?? '',
  }
}
