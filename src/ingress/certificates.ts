// TLS certificates by the name a client asks for: from the Secrets that Ingresses name.
import {createSecureContext, type SecureContext} from 'node:tls'
import type {Ingress, Secret} from '../api/schema/types.gen.ts'
import type {Cache, Cached} from '../reconcile/contract.ts'

const wildcardOf = (name: string): string => `*${name.slice(Math.max(0, name.indexOf('.')))}`

interface Opened {
  readonly version: string
  readonly context: SecureContext | undefined
  readonly problem: string | undefined
}

const open = ({data, metadata}: Cached<Secret>): Opened => {
  const version = metadata.resourceVersion
  const missing = ['tls.crt', 'tls.key'].filter((name) => !data?.[name])
  if (missing.length > 0) return {version, context: undefined, problem: `has no ${missing.join(' and no ')}`}
  try {
    const part = (name: string): Buffer => Buffer.from(data?.[name] ?? '', 'base64')
    return {version, context: createSecureContext({cert: part('tls.crt'), key: part('tls.key')}), problem: undefined}
  } catch (error) {
    return {version, context: undefined, problem: `holds no usable certificate: ${(error as Error).message}`}
  }
}

export class Certificates {
  readonly #secrets: Cache<Secret>
  #byName = new Map<string, string>()
  readonly #opened = new Map<string, Opened>()

  constructor(secrets: Cache<Secret>) {
    this.#secrets = secrets
  }

  /** The oldest Ingress first: it wins where two want the same name. */
  update(ingresses: readonly Cached<Ingress>[]): void {
    const byName = new Map<string, string>()
    for (const {metadata, spec} of ingresses)
      for (const {hosts, secretName} of spec?.tls ?? []) {
        if (!secretName) continue
        const names = hosts?.length ? hosts : (spec?.rules ?? []).map(({host}) => host ?? '')
        for (const name of names.map((host) => host.toLowerCase()))
          if (!byName.has(name)) byName.set(name, `${metadata.namespace}/${secretName}`)
      }
    this.#byName = byName
    const used = new Set(byName.values())
    for (const key of this.#opened.keys()) if (!used.has(key)) this.#opened.delete(key)
  }

  /** Undefined: nobody brought a certificate for this name, or what they brought is none. */
  contextFor(serverName: string): SecureContext | undefined {
    const name = serverName.toLowerCase()
    const key = this.#byName.get(name) ?? this.#byName.get(wildcardOf(name)) ?? this.#byName.get('')
    return key === undefined ? undefined : this.#open(key)?.context
  }

  /** What is wrong with the secrets an Ingress names, for whoever wrote it. */
  problemsOf({metadata, spec}: Cached<Ingress>): string[] {
    return (spec?.tls ?? []).flatMap(({secretName}) => {
      if (!secretName) return []
      const opened = this.#open(`${metadata.namespace}/${secretName}`)
      const problem = opened ? opened.problem : 'does not exist'
      return problem === undefined ? [] : [`secret ${JSON.stringify(secretName)} ${problem}`]
    })
  }

  /** Read again when the secret changed. */
  #open(key: string): Opened | undefined {
    const secret = this.#secrets.getByKey(key)
    if (!secret) return undefined
    const known = this.#opened.get(key)
    if (known?.version === secret.metadata.resourceVersion) return known
    const opened = open(secret)
    this.#opened.set(key, opened)
    return opened
  }
}
