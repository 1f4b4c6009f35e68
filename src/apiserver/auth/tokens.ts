// Service-account tokens: JWTs that name an account and what they are bound to. They are worth something only while
// all of that exists.
import {createPrivateKey, createPublicKey, type KeyObject, randomUUID} from 'node:crypto'
import {calculateJwkThumbprint, exportJWK, type JWK, type JWTPayload, jwtVerify, SignJWT} from 'jose'
import type {DeepReadonly, KubeObject} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import {nodes, pods, secrets, serviceAccounts} from '../../api/resources.ts'
import type {UserInfo} from '../../api/transport.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Store} from '../../store/contract.ts'
import {objectKey} from '../registry/keys.ts'
import type {Objects} from '../registry/objects.ts'

const algorithm = 'ES256'

interface Reference {
  readonly name: string
  readonly uid: string
}

interface KubernetesClaims {
  readonly namespace: string
  readonly serviceaccount: Reference
  readonly pod?: Reference | undefined
  readonly secret?: Reference | undefined
  readonly node?: Reference | undefined
  readonly warnafter?: number | undefined
}

export interface TokenSpec {
  readonly namespace: string
  readonly account: Reference
  readonly audiences: readonly string[]
  readonly expiresInSeconds: number
  readonly pod?: Reference | undefined
  readonly secret?: Reference | undefined
  readonly node?: Reference | undefined
}

export interface TokensOptions {
  readonly issuer: string
  readonly keys: {readonly privateKey: string; readonly publicKey: string}
  readonly store: Store
  readonly objects: Objects
  readonly clock: Clock
}

export interface Verified {
  readonly user: UserInfo
  readonly audiences: readonly string[]
}

/** The kubelet asks for this lifetime; such tokens live a year, and are reported stale after it. */
const kubeletLifetimeSeconds = 3607
const yearSeconds = 365 * 24 * 3600

const legacyIssuer = 'kubernetes/serviceaccount'
const legacyName = (field: string): string => `kubernetes.io/serviceaccount/${field}`

export class Tokens {
  readonly #options: TokensOptions
  readonly #privateKey: KeyObject
  readonly #publicKey: KeyObject
  #keyId: Promise<string> | undefined

  constructor(options: TokensOptions) {
    this.#options = options
    this.#privateKey = createPrivateKey(options.keys.privateKey)
    this.#publicKey = createPublicKey(options.keys.publicKey)
  }

  get issuer(): string {
    return this.#options.issuer
  }

  async jwk(): Promise<JWK> {
    const jwk = await exportJWK(this.#publicKey)
    return {use: 'sig', kid: await this.#kid(), alg: algorithm, ...jwk}
  }

  async sign(spec: TokenSpec): Promise<{readonly token: string; readonly expiresMs: number}> {
    const now = Math.floor(this.#options.clock.now() / 1000)
    const extended = spec.expiresInSeconds === kubeletLifetimeSeconds && spec.pod !== undefined
    const lifetime = extended ? yearSeconds : spec.expiresInSeconds
    const claims: KubernetesClaims = {
      namespace: spec.namespace,
      ...(spec.node ? {node: spec.node} : {}),
      ...(spec.pod ? {pod: spec.pod} : {}),
      ...(spec.secret ? {secret: spec.secret} : {}),
      serviceaccount: spec.account,
      ...(extended ? {warnafter: now + spec.expiresInSeconds} : {}),
    }
    const token = await new SignJWT({'kubernetes.io': claims})
      .setProtectedHeader({alg: algorithm, kid: await this.#kid()})
      .setAudience([...spec.audiences])
      .setExpirationTime(now + lifetime)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setIssuer(this.issuer)
      .setJti(randomUUID())
      .setSubject(`system:serviceaccount:${spec.namespace}:${spec.account.name}`)
      .sign(this.#privateKey)
    return {token, expiresMs: (now + spec.expiresInSeconds) * 1000}
  }

  /** The content of a secret of type kubernetes.io/service-account-token. */
  async signLegacy(namespace: string, account: Reference, secretName: string): Promise<string> {
    return new SignJWT({
      [legacyName('namespace')]: namespace,
      [legacyName('secret.name')]: secretName,
      [legacyName('service-account.name')]: account.name,
      [legacyName('service-account.uid')]: account.uid,
    })
      .setProtectedHeader({alg: algorithm, kid: await this.#kid()})
      .setIssuer(legacyIssuer)
      .setSubject(`system:serviceaccount:${namespace}:${account.name}`)
      .sign(this.#privateKey)
  }

  /** Who the token is, or undefined when it is worth nothing. */
  async verify(token: string): Promise<Verified | undefined> {
    const payload = await this.#payload(token)
    if (!payload) return undefined
    return payload.iss === legacyIssuer ? this.#legacyUser(payload, token) : this.#boundUser(payload)
  }

  async #payload(token: string): Promise<JWTPayload | undefined> {
    try {
      const currentDate = new Date(this.#options.clock.now())
      const {payload} = await jwtVerify(token, this.#publicKey, {
        issuer: [this.issuer, legacyIssuer],
        algorithms: [algorithm],
        currentDate,
      })
      return payload
    } catch {
      // Whatever is wrong with a token, its bearer only learns that it is not valid.
      return undefined
    }
  }

  #boundUser(payload: JWTPayload): Verified | undefined {
    const claims = payload['kubernetes.io'] as KubernetesClaims | undefined
    if (!claims?.serviceaccount?.name || !claims.namespace) return undefined
    const {namespace, serviceaccount, pod, secret, node} = claims
    if (!this.#exists(serviceAccounts, namespace, serviceaccount)) return undefined
    if (pod && !this.#exists(pods, namespace, pod)) return undefined
    if (secret && !this.#exists(secrets, namespace, secret)) return undefined
    if (node && !pod && !this.#exists(nodes, '', node)) return undefined
    const extra: Record<string, string[]> = {
      'authentication.kubernetes.io/credential-id': [`JTI=${payload.jti ?? ''}`],
      ...(node
        ? {
            'authentication.kubernetes.io/node-name': [node.name],
            ...(node.uid ? {'authentication.kubernetes.io/node-uid': [node.uid]} : {}),
          }
        : {}),
      ...(pod
        ? {
            'authentication.kubernetes.io/pod-name': [pod.name],
            'authentication.kubernetes.io/pod-uid': [pod.uid],
          }
        : {}),
    }
    return {user: accountUser(namespace, serviceaccount, extra), audiences: [payload.aud ?? []].flat()}
  }

  #legacyUser(payload: JWTPayload, token: string): Verified | undefined {
    const text = (field: string): string => String(payload[legacyName(field)] ?? '')
    const namespace = text('namespace')
    const account = {name: text('service-account.name'), uid: text('service-account.uid')}
    if (!this.#exists(serviceAccounts, namespace, account)) return undefined
    const secret = this.#object<{data?: Record<string, string>}>(secrets, namespace, text('secret.name'))
    if (Buffer.from(secret?.data?.token ?? '', 'base64').toString() !== token) return undefined
    return {user: accountUser(namespace, account, undefined), audiences: [this.issuer]}
  }

  #object<T>(resource: Resource, namespace: string, name: string): DeepReadonly<KubeObject & T> | undefined {
    const entry = this.#options.store.get(objectKey(resource, namespace, name))
    return entry && (this.#options.objects.stored(entry) as unknown as DeepReadonly<KubeObject & T>)
  }

  /** There, the same as when the token was made, and not long deleted. */
  #exists(resource: Resource, namespace: string, {name, uid}: Reference): boolean {
    const object = this.#object(resource, namespace, name)
    if (!object || (uid !== '' && object.metadata?.uid !== uid)) return false
    const deleted = Date.parse(String(object.metadata?.deletionTimestamp ?? ''))
    return Number.isNaN(deleted) || this.#options.clock.now() < deleted + 60_000
  }

  #kid(): Promise<string> {
    this.#keyId ??= exportJWK(this.#publicKey).then((jwk) => calculateJwkThumbprint(jwk))
    return this.#keyId
  }
}

const accountUser = (
  namespace: string,
  {name, uid}: Reference,
  extra: Record<string, string[]> | undefined,
): UserInfo => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  uid,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  ...(extra ? {extra} : {}),
})
