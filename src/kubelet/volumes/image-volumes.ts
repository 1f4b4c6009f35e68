// Volumes that are images: pulled like a container's own, and mounted by the runtime.
import type {DeepReadonly} from '../../api/object.ts'
import type {ImageVolumeSource} from '../../api/schema/types.gen.ts'
import type {ImagePuller, PullNews} from '../images/puller.ts'
import type {PodContainer, PodEphemeral, ThePod} from '../pods/types.ts'
import type {PreparedVolume} from './volumes.ts'

export type ImageSource = DeepReadonly<ImageVolumeSource>

export interface ImageRequest {
  readonly pod: ThePod
  readonly container: PodContainer | PodEphemeral
  readonly volumes: ReadonlyMap<string, PreparedVolume>
  readonly tell: PullNews
  readonly signal: AbortSignal
}

/** Of those that the container mounts, by volume: what the runtime knows the image by. */
export const pullImageVolumes = async (
  images: ImagePuller,
  {container, pod, signal, tell, volumes}: ImageRequest,
): Promise<ReadonlyMap<string, string>> => {
  const refs = new Map<string, string>()
  for (const {name} of container.volumeMounts ?? []) {
    const source = volumes.get(name)?.image
    if (!source || refs.has(name)) continue
    const {pullPolicy = 'IfNotPresent', reference = ''} = source
    const {ref} = await images.ensure(pod, {name, image: reference, imagePullPolicy: pullPolicy}, tell, signal)
    refs.set(name, ref)
  }
  return refs
}
