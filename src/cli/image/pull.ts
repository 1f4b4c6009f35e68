// Fetches an image, and shows on a terminal how far it is.
import type {BlobProgress} from '../../lib/cri/image-tools.ts'
import type {RuntimeClients} from '../cluster/runtime.ts'
import type {Io} from '../io.ts'
import {credentialsFor} from './docker-config.ts'
import {fullName, registryOf} from './names.ts'
import {humanSize} from './size.ts'

const SHOW_MS = 100

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** `nginx:1  12.3MB of 70MB  3 of 7 parts`. */
export const progressLine = (image: string, blobs: readonly BlobProgress[]): string => {
  if (blobs.length === 0) return `${image}  asking the registry`
  const received = sum(
    blobs.map(({received: bytes, size, state}) => (state === 'waiting' || state === 'downloading' ? bytes : size)),
  )
  const done = blobs.filter(({state}) => state === 'done').length
  const unpacks = blobs.some(({state}) => state === 'unpacking') && !blobs.some(({state}) => state === 'downloading')
  const all = sum(blobs.map(({size}) => size))
  return `${image}  ${humanSize(received)} of ${humanSize(all)}  ${done} of ${blobs.length} parts${unpacks ? ', unpacking' : ''}`
}

const showing = ({isMini, tools}: RuntimeClients, image: string, io: Io): (() => void) => {
  if (!isMini || !io.isTerminal.err) return () => undefined
  let over = false
  const timer = setInterval(() => {
    void tools.call('Progress', {name: image}).then(
      ({blobs}) => {
        if (!over) io.err(`\r\u001b[K${progressLine(image, blobs)}`)
      },
      () => undefined, // the pull itself says what is wrong
    )
  }, SHOW_MS)
  return () => {
    over = true
    clearInterval(timer)
    io.err('\r\u001b[K')
  }
}

/** Gives its id. */
export const pull = async (clients: RuntimeClients, image: string, io: Io): Promise<string> => {
  const stop = showing(clients, image, io)
  try {
    const auth = credentialsFor(registryOf(image), io.env)
    const name = clients.isMini ? image : fullName(image)
    const {imageRef} = await clients.cri.ImageService.PullImage({image: {image: name}, ...(auth ? {auth} : {})})
    return imageRef
  } finally {
    stop()
  }
}
