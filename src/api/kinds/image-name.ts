// What an image name says about how often to pull it.

interface Tagged {
  readonly tag: string
  readonly digest: string
}

const partsOf = (image: string): Tagged => {
  const at = image.indexOf('@')
  const digest = at < 0 ? '' : image.slice(at + 1)
  const named = at < 0 ? image : image.slice(0, at)
  const colon = named.lastIndexOf(':')
  const tag = colon > named.lastIndexOf('/') ? named.slice(colon + 1) : ''
  return {tag: tag === '' && digest === '' && image !== '' ? 'latest' : tag, digest}
}

export const defaultPullPolicy = (image: string | undefined): 'Always' | 'IfNotPresent' =>
  partsOf(image ?? '').tag === 'latest' ? 'Always' : 'IfNotPresent'
