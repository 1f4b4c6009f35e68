// An image in the list.
import type {ImageConfig} from './image.ts'
import type {Manifest} from './manifest.ts'

export interface ImageRecord {
  /** The digest of its configuration. */
  readonly id: string
  readonly manifest: Manifest
  readonly manifestDigest: string
  readonly config: ImageConfig
  readonly tags: readonly string[]
  readonly digests: readonly string[]
  /** Its layers lie on this machine's own root. */
  readonly onHost?: boolean | undefined
}

export const digestsOf = ({manifest, manifestDigest}: Pick<ImageRecord, 'manifest' | 'manifestDigest'>): string[] => [
  manifestDigest,
  manifest.config.digest,
  ...manifest.layers.map(({digest}) => digest),
]
