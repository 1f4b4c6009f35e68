// Names of images as registries have them.

const isHost = (part: string): boolean => /[.:]/.test(part) || part === 'localhost'

export const registryOf = (name: string): string => {
  const [first = '', ...rest] = name.split('/')
  return rest.length > 0 && isHost(first) ? first : 'docker.io'
}

/** `nginx` is `docker.io/library/nginx:latest`. */
export const fullName = (name: string): string => {
  const registry = registryOf(name)
  const path = name.startsWith(`${registry}/`) ? name.slice(registry.length + 1) : name
  const tagged = path.includes('@') || /:[^/]+$/.test(path) ? path : `${path}:latest`
  return `${registry}/${registry === 'docker.io' && !tagged.includes('/') ? 'library/' : ''}${tagged}`
}

/** The name and its tag; `<none>` where it has none. */
export const nameAndTag = (name: string): readonly [string, string] => {
  const [, repository, tag] = /^(.*):([^/:]+)$/.exec(name) ?? []
  return repository === undefined || tag === undefined ? [name, '<none>'] : [repository, tag]
}
