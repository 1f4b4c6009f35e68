// Mirrors and registries without TLS for a private containerd: a folder a registry, with a hosts.toml each.
import type {DaemonConfig} from '../config.ts'

interface Host {
  readonly url: string
  readonly skipVerify: boolean
}

const hubServer = 'https://registry-1.docker.io'

/** `docker.io=http://127.0.0.1:5000`; without a registry before it, of Docker Hub. */
const mirrorOf = (text: string): readonly [string, Host] => {
  const [, registry = 'docker.io', url = ''] = /^(?:([^=/]+)=)?(.+)$/.exec(text) ?? []
  return [registry, {url: /^https?:/.test(url) ? url : `https://${url}`, skipVerify: false}]
}

const fileOf = (registry: string, hosts: readonly Host[]): string => {
  const server = registry === 'docker.io' ? hubServer : `https://${registry}`
  const sections = hosts.map(
    ({skipVerify, url}) =>
      `\n[host.${JSON.stringify(url)}]\n  capabilities = ["pull", "resolve", "push"]\n${skipVerify ? '  skip_verify = true\n' : ''}`,
  )
  return `server = ${JSON.stringify(server)}\n${sections.join('')}`
}

/** Folder to content of its hosts.toml. Ranges have no folder of their own: containerd knows hosts only. */
export const registryFiles = ({
  insecureRegistries,
  registryMirrors,
}: Pick<DaemonConfig, 'insecureRegistries' | 'registryMirrors'>): ReadonlyMap<string, string> => {
  const hosts = new Map<string, Host[]>()
  const add = (registry: string, ...more: readonly Host[]): void => {
    hosts.set(registry, [...(hosts.get(registry) ?? []), ...more])
  }
  for (const [registry, host] of registryMirrors.map(mirrorOf)) add(registry, host)
  for (const registry of insecureRegistries.filter((name) => !name.includes('/')))
    add(registry, {url: `https://${registry}`, skipVerify: true}, {url: `http://${registry}`, skipVerify: false})
  return new Map([...hosts].map(([registry, list]) => [registry, fileOf(registry, list)]))
}
