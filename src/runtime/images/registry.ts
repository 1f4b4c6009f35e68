// A registry of the OCI distribution specification: its manifests, and requests in somebody's name.
import {createHash} from 'node:crypto'
import {type IncomingMessage, STATUS_CODES} from 'node:http'
import {setTimeout as wait} from 'node:timers/promises'
import {hasCode} from '../../lib/node-error.ts'
import {authorizationFor, type Credentials} from './credentials.ts'
import type {Endpoint} from './endpoints.ts'
import {RegistryError} from './registry-error.ts'
import {type Ask, ask, readAll} from './registry-http.ts'

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

const ATTEMPTS = 4
const RETRY_MS = 250

export interface ManifestAnswer {
  readonly digest: string
  readonly bytes: Buffer
}

export interface RegistryOptions {
  readonly endpoint: Endpoint
  readonly repository: string
  readonly credentials: Credentials | undefined
  readonly signal: AbortSignal
  readonly silenceMs: number
  readonly pushes?: boolean
}

type Request = Pick<Ask, 'headers' | 'method' | 'body'> & {readonly signal?: AbortSignal}

/** What the registry itself says: `toomanyrequests: You have reached your pull rate limit`. */
const serverMessage = async (response: IncomingMessage): Promise<string> => {
  try {
    const {errors = []} = JSON.parse((await readAll(response)).toString()) as {
      errors?: {code?: string; message?: string}[]
    }
    return errors.map(({code = '', message = ''}) => `${code.toLowerCase()}: ${message}`).join('; ')
  } catch {
    return '' // it has no words for it
  }
}

export class Registry {
  readonly #options: RegistryOptions
  #authorization: string | undefined

  constructor(options: RegistryOptions) {
    this.#options = options
    const token = options.credentials?.registryToken
    if (token) this.#authorization = `Bearer ${token}`
  }

  get host(): string {
    return new URL(this.#options.endpoint.base).host
  }

  urlOf(path: string): string {
    return `${this.#options.endpoint.base}/v2/${this.#options.repository}/${path}`
  }

  async manifest(reference: string): Promise<ManifestAnswer> {
    const response = await this.patiently(this.urlOf(`manifests/${reference}`), {headers: {accept: manifestTypes}})
    const bytes = await readAll(response)
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    if (reference.startsWith('sha256:') && digest !== reference)
      throw new Error(`manifest ${reference} has digest ${digest}: it was changed on its way`)
    return {digest, bytes}
  }

  /** What a tag stands for, without fetching it; undefined where the registry does not say. */
  async digestOf(reference: string): Promise<string | undefined> {
    const request = {method: 'HEAD', headers: {accept: manifestTypes}}
    try {
      const response = await this.patiently(this.urlOf(`manifests/${reference}`), request)
      response.resume()
      const digest = response.headers['docker-content-digest']
      return typeof digest === 'string' ? digest : undefined
    } catch (error) {
      if (error instanceof RegistryError && error.status === 405) return undefined
      throw error
    }
  }

  /** Asks again when the connection or the registry fails, not when it refuses. */
  async patiently(url: string, request: Request): Promise<IncomingMessage> {
    for (let attempt = 1; ; attempt++)
      try {
        return await this.send(url, request)
      } catch (error) {
        // Nobody there, or no such name: the next moment will not be different.
        const isHopeless = error instanceof RegistryError || hasCode(error, 'ECONNREFUSED', 'ENOTFOUND')
        if (attempt === ATTEMPTS || this.#options.signal.aborted || isHopeless) throw error
        await wait(RETRY_MS * attempt, undefined, {signal: this.#options.signal})
      }
  }

  /** Answers below 400; others are errors, and RegistryErrors when asking again would not help. */
  async send(url: string, request: Request): Promise<IncomingMessage> {
    let response = await this.#ask(url, request)
    if (response.statusCode === 401) {
      const challenge = String(response.headers['www-authenticate'] ?? '')
      response.resume()
      const before = this.#authorization
      this.#authorization = await this.#authorize(challenge)
      if (this.#authorization !== undefined && this.#authorization !== before) response = await this.#ask(url, request)
    }
    const status = response.statusCode ?? 0
    if (status >= 400) throw await this.#refusal(response, url, request.method ?? 'GET')
    return response
  }

  async #ask(url: string, {signal = this.#options.signal, ...request}: Request): Promise<IncomingMessage> {
    const headers = {...request.headers, ...(this.#authorization ? {authorization: this.#authorization} : {})}
    const {endpoint, silenceMs} = this.#options
    const {authorities, insecure} = endpoint
    try {
      return await ask({...request, url, headers, signal, silenceMs, insecure, authorities})
    } catch (error) {
      if (signal.aborted || !(error instanceof Error)) throw error
      const method = (request.method ?? 'GET').toLowerCase().replace(/^./, (letter) => letter.toUpperCase())
      const message = `failed to do request: ${method} "${url}": ${connectionWords(error, url)}`
      throw Object.assign(new Error(message, {cause: error}), 'code' in error ? {code: error.code} : {})
    }
  }

  #authorize(challenge: string): Promise<string | undefined> {
    const {credentials, endpoint, pushes, repository, signal, silenceMs} = this.#options
    const {authorities, insecure} = endpoint
    const scope = `repository:${repository}:${pushes ? 'pull,push' : 'pull'}`
    return authorizationFor(challenge, scope, credentials, (request) =>
      ask({...request, signal, silenceMs, insecure, authorities}),
    )
  }

  async #refusal(response: IncomingMessage, url: string, method: string): Promise<Error> {
    const status = response.statusCode ?? 0
    const said = await serverMessage(response)
    const server = said ? `server message: ${said}: ` : ''
    if (status === 404) return new RegistryError(status, 'not found')
    if (status === 403)
      return new RegistryError(
        status,
        `${this.#options.pushes ? 'push' : 'pull'} access denied, repository does not exist or may require authorization: ${server}authorization failed`,
      )
    const text = `${status} ${STATUS_CODES[status] ?? ''}`.trim()
    const message =
      status === 401
        ? `pulling from host ${this.host} failed with status code [${url.split('/').slice(-2).join(' ')}]: ${text}`
        : `unexpected status from ${method} request to ${url}: ${text}${said ? `: ${said}` : ''}`
    return status >= 500 ? new Error(message) : new RegistryError(status, message)
  }
}

/** What is wrong with a connection, in the words of the runtimes people know. */
const connectionWords = (error: Error & {readonly address?: string; readonly port?: number}, url: string): string => {
  if (hasCode(error, 'ECONNREFUSED')) return `dial tcp ${error.address}:${error.port}: connect: connection refused`
  if (hasCode(error, 'ENOTFOUND')) return `dial tcp: lookup ${new URL(url).hostname}: no such host`
  return error.message
}
