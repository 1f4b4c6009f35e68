// Who sends a request over a connection: its certificate, its token, or nobody.
import type {IncomingMessage} from 'node:http'
import {TLSSocket} from 'node:tls'
import {ApiError} from '../../api/errors.ts'
import type {UserInfo} from '../../api/transport.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Store} from '../../store/contract.ts'
import type {Objects} from '../registry/objects.ts'
import {bootstrapUser} from './bootstrap-tokens.ts'
import type {Tokens} from './tokens.ts'

export const anonymous: UserInfo = {name: 'system:anonymous', groups: ['system:unauthenticated']}
const authenticated = 'system:authenticated'

export interface AuthenticatorOptions {
  readonly tokens: Tokens
  readonly store: Store
  readonly objects: Objects
  readonly clock: Clock
}

const unauthorized = (): ApiError => new ApiError('Unauthorized', 'Unauthorized')

const list = (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat())

const certificateUser = (socket: TLSSocket): UserInfo | undefined => {
  if (!socket.authorized) return undefined
  const {subject, fingerprint256 = ''} = socket.getPeerCertificate()
  const name = list(subject?.CN)[0]
  if (name === undefined) return undefined
  const credential = `X509SHA256=${fingerprint256.replaceAll(':', '').toLowerCase()}`
  return {
    name,
    groups: [...list(subject?.O), authenticated],
    extra: {'authentication.kubernetes.io/credential-id': [credential]},
  }
}

export const bearerToken = (authorization: string | undefined): string | undefined => {
  const match = /^bearer\s+(\S+)\s*$/i.exec(authorization ?? '')
  return match?.[1]
}

export class Authenticator {
  readonly #options: AuthenticatorOptions
  readonly #certificates = new WeakMap<TLSSocket, {readonly user: UserInfo | undefined}>()

  constructor(options: AuthenticatorOptions) {
    this.#options = options
  }

  /** `otherwise`: who it is without certificate and token. Throws Unauthorized for a token that is not valid. */
  async user(message: IncomingMessage, otherwise: UserInfo): Promise<UserInfo> {
    const byCertificate = this.#byCertificate(message)
    if (byCertificate) return byCertificate
    const {authorization} = message.headers
    const token = bearerToken(authorization)
    if (token === undefined) return otherwise
    const user = await this.tokenUser(token)
    if (!user) throw unauthorized()
    return user
  }

  /** For requests (all audiences of the server). */
  async tokenUser(token: string): Promise<UserInfo | undefined> {
    const known = bootstrapUser(token, this.#options)
    if (known) return known
    const verified = await this.#options.tokens.verify(token)
    return verified?.audiences.includes(this.#options.tokens.issuer) ? verified.user : undefined
  }

  #byCertificate({socket}: IncomingMessage): UserInfo | undefined {
    if (!(socket instanceof TLSSocket)) return undefined
    let known = this.#certificates.get(socket)
    if (!known) this.#certificates.set(socket, (known = {user: certificateUser(socket)}))
    return known.user
  }
}
