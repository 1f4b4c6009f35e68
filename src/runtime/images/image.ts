// What a container needs to know of an image.

export interface ImageConfig {
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly env: readonly string[]
  readonly user: string
  readonly workingDir: string
  readonly stopSignal: string
}

export interface RuntimeImage {
  /** `sha256:...` of the configuration. */
  readonly id: string
  readonly repoTags: readonly string[]
  readonly repoDigests: readonly string[]
  readonly size: number
  readonly config: ImageConfig
  /** Unpacked layers, the topmost first. */
  readonly layers: readonly string[]
  /** The lowest layer is this machine's own root. */
  readonly onHost: boolean
  readonly pinned: boolean
}
