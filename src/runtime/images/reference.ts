// Image names: `nginx`, `ghcr.io/a/b:1`, `host:5000/x@sha256:...`.

export interface Reference {
  readonly registry: string
  readonly repository: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

const looksLikeHost = (part: string): boolean => /[.:]/.test(part) || part === 'localhost'

const repositoryPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/
const digestPattern = /^sha256:[a-f0-9]{64}$/
const tagPattern = /^\w[\w.-]{0,127}$/

export const parseReference = (name: string): Reference => {
  const [beforeDigest = '', digest] = name.split('@')
  const [first = '', ...rest] = beforeDigest.split('/')
  const hasHost = rest.length > 0 && looksLikeHost(first)
  const path = hasHost ? rest.join('/') : beforeDigest
  const colon = path.lastIndexOf(':')
  const plain = colon < 0 ? path : path.slice(0, colon)
  const tag = colon < 0 ? undefined : path.slice(colon + 1)
  const registry = hasHost ? first : 'docker.io'
  const repository = registry === 'docker.io' && !plain.includes('/') ? `library/${plain}` : plain
  const broken =
    !repositoryPattern.test(repository) ||
    (tag !== undefined && !tagPattern.test(tag)) ||
    (digest !== undefined && !digestPattern.test(digest))
  const isUpper = broken && repositoryPattern.test(repository.toLowerCase())
  if (broken)
    throw new Error(
      `failed to parse image reference "${name}": invalid reference format${isUpper ? ': repository name must be lowercase' : ''}`,
    )
  return {registry, repository, tag: tag ?? (digest ? undefined : 'latest'), digest}
}

/** As runtimes list it: `docker.io/library/nginx:latest`. */
export const taggedName = ({registry, repository, tag}: Reference): string =>
  `${registry}/${repository}:${tag ?? 'latest'}`
export const digestedName = ({registry, repository}: Reference, digest: string): string =>
  `${registry}/${repository}@${digest}`

/** The name as it was meant, with its digest or its tag. */
export const fullName = (reference: Reference): string =>
  reference.digest ? digestedName(reference, reference.digest) : taggedName(reference)
