// A node that has the images already is liked better, the more of them and the larger they are.
import {MAX_SCORE, type Plugin} from '../framework.ts'

const MEBIBYTE = 1024 * 1024
const LEAST = 23 * MEBIBYTE
const MOST_A_CONTAINER = 1000 * MEBIBYTE

/** `app` is `app:latest`; a port in the registry's name is not a tag. */
const withTag = (image: string): string =>
  image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image

export const imageLocality: Plugin = {
  name: 'ImageLocality',
  weight: 1,
  score: ({pod}, cluster) => {
    if (!cluster.hasImages) return undefined
    const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
    const images = containers.map(({image}) => withTag(image ?? ''))
    const spread = new Map<string, number>()
    for (const image of new Set(images))
      spread.set(image, cluster.nodes.filter((node) => node.images.has(image)).length / cluster.nodes.length)
    const most = MOST_A_CONTAINER * containers.length
    return {
      score: (node) => {
        let sum = 0
        for (const image of images) sum += Math.floor((node.images.get(image) ?? 0) * (spread.get(image) ?? 0))
        return Math.floor((MAX_SCORE * (Math.min(Math.max(sum, LEAST), most) - LEAST)) / (most - LEAST))
      },
    }
  },
}
