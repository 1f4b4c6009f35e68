// TLS certificates by the name a client asks for: from the Secrets that Ingresses name.
import {createSecureContext, type SecureContext} from 'node:tls'
import type {Ingress, Secret} from '../api/schema/types.gen.ts'
import type {Logger} from '../lib/logger.ts'
import type {Cache, Cached} from '../reconcile/contract.ts'

const wildcardOf = (name: string): string => `*${name.slice(Math.max(0, name.indexOf('.')))}`

export class Certificates {
  readonly #secrets: Cache<Secret>
  readonly #logger: Logger
  #byName = new Map<string, string>()
  readonly #contexts = new Map<string, {readonly version: string; readonly context: SecureContext | undefined}>()

  constructor(secrets: Cache<Secret>, logger: Logger) {
    this.#secrets = secrets
    this.#logger = logger
  }

  update(ingresses: readonly Cached<Ingress>[]): void {
    const byName = new Map<string, string>()
    for (const {metadata, spec} of ingresses)
      for (const {hosts, secretName} of spec?.tls ?? []) {
        if (!secretName) continue
        const names = hosts?.length ? hosts : (spec?.rules ?? []).map(({host}) => host ?? '')
        for (const name of names.map((host) => host.toLowerCase()))
          if (name !== '' && !byName.has(name)) byName.set(name, `${metadata.namespace}/${secretName}`)
      }
    this.#byName = byName
  }

  /** Undefined: nobody brought a certificate for this name, or what they brought is none. */
  contextFor(serverName: string): SecureContext | undefined {
    const name = serverName.toLowerCase()
    const key = this.#byName.get(name) ?? this.#byName.get(wildcardOf(name))
    const secret = key === undefined ? undefined : this.#secrets.getByKey(key)
    if (!secret || key === undefined) return undefined
    const known = this.#contexts.get(key)
    if (known?.version === secret.metadata.resourceVersion) return known.context
    const context = this.#open(key, secret)
    this.#contexts.set(key, {version: secret.metadata.resourceVersion, context})
    return context
  }

  #open(key: string, {data}: Cached<Secret>): SecureContext | undefined {
    try {
      const part = (name: string): Buffer => Buffer.from(data?.[name] ?? '', 'base64')
      return createSecureContext({cert: part('tls.crt'), key: part('tls.key')})
    } catch (error) {
      this.#logger.warn('a TLS secret holds no usable certificate', {secret: key, error})
      return undefined
    }
  }
}
