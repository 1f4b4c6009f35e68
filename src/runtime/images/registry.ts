// A registry of the OCI distribution specification: manifests and blobs, with its two ways to say who is asking.
import {createHash} from 'node:crypto'
import {createReadStream, createWriteStream, existsSync, renameSync, rmSync, statSync} from 'node:fs'
import type {IncomingMessage} from 'node:http'
import {pipeline} from 'node:stream/promises'
import {setTimeout as wait} from 'node:timers/promises'
import {ask, readAll} from './registry-http.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
  readonly identityToken: string
}

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

const ATTEMPTS = 5
const RETRY_MS = 200

export class RegistryError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'RegistryError'
    this.status = status
  }
}

/** `Bearer realm="...",service="..."` as its parts. */
const challengeOf = (header: string): {scheme: string; values: Readonly<Record<string, string>>} => {
  const [scheme = ''] = header.split(' ')
  const values = Object.fromEntries(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name ?? '', value ?? '']),
  )
  return {scheme: scheme.toLowerCase(), values}
}

const basic = ({password, username}: Credentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

const hashFile = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return `sha256:${hash.digest('hex')}`
}

export interface ManifestAnswer {
  readonly digest: string
  readonly mediaType: string
  readonly bytes: Buffer
}

export class Registry {
  /** `https://registry-1.docker.io`, without `/v2`. */
  readonly #base: string
  readonly #repository: string
  readonly #credentials: Credentials | undefined
  readonly #signal: AbortSignal
  #authorization: string | undefined

  constructor(base: string, repository: string, credentials: Credentials | undefined, signal: AbortSignal) {
    this.#base = base
    this.#repository = repository
    this.#credentials = credentials
    this.#signal = signal
  }

  async manifest(reference: string): Promise<ManifestAnswer> {
    const response = await this.#get(`manifests/${reference}`, {accept: manifestTypes})
    const bytes = await readAll(response)
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    if (reference.startsWith('sha256:') && digest !== reference)
      throw new Error(`manifest ${reference} has digest ${digest}: it was changed on its way`)
    return {digest, bytes, mediaType: String(response.headers['content-type'] ?? '').split(';')[0] ?? ''}
  }

  /** Into `file`, whole and checked. Takes up again what an earlier try left beside it. */
  async blob(digest: string, file: string): Promise<void> {
    if (existsSync(file)) return
    const part = `${file}.part`
    for (let attempt = 1; ; attempt++)
      try {
        await this.#download(digest, part)
        break
      } catch (error) {
        if (attempt === ATTEMPTS || this.#signal.aborted || error instanceof RegistryError) throw error
        await wait(RETRY_MS * attempt, undefined, {signal: this.#signal})
      }
    const got = await hashFile(part)
    if (got !== digest) {
      rmSync(part)
      throw new Error(`blob ${digest} has digest ${got}: it was changed on its way`)
    }
    renameSync(part, file)
  }

  async #download(digest: string, part: string): Promise<void> {
    const have = existsSync(part) ? statSync(part).size : 0
    const response = await this.#get(`blobs/${digest}`, have > 0 ? {range: `bytes=${have}-`} : {})
    const resumes = response.statusCode === 206
    await pipeline(response, createWriteStream(part, {flags: resumes ? 'a' : 'w', mode: 0o600}), {signal: this.#signal})
    if (!response.complete) throw new Error('the connection was lost')
  }

  async #get(path: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
    const url = `${this.#base}/v2/${this.#repository}/${path}`
    const send = (): Promise<IncomingMessage> =>
      ask({
        url,
        headers: {...headers, ...(this.#authorization ? {authorization: this.#authorization} : {})},
        signal: this.#signal,
      })
    let response = await send()
    if (response.statusCode === 401) {
      const challenge = String(response.headers['www-authenticate'] ?? '')
      response.resume()
      this.#authorization = await this.#authorize(challenge)
      response = await send()
    }
    const status = response.statusCode ?? 0
    if (status === 416) {
      response.resume()
      return response
    }
    if (status >= 400) throw await this.#refusal(response, url)
    return response
  }

  async #refusal(response: IncomingMessage, url: string): Promise<Error> {
    const status = response.statusCode ?? 0
    response.resume()
    const {host} = new URL(url)
    if (status === 404) return new RegistryError(status, `${host}/${this.#repository}: not found`)
    if (status === 401 || status === 403)
      return new RegistryError(
        status,
        'pull access denied, repository does not exist or may require authorization: authorization failed',
      )
    return status >= 500
      ? new Error(`unexpected status from GET request to ${url}: ${status}`)
      : new RegistryError(status, `unexpected status from GET request to ${url}: ${status}`)
  }

  async #authorize(header: string): Promise<string> {
    const {scheme, values} = challengeOf(header)
    if (scheme === 'basic') {
      if (!this.#credentials) throw new RegistryError(401, 'no basic auth credentials')
      return basic(this.#credentials)
    }
    if (scheme !== 'bearer' || !values.realm) throw new RegistryError(401, 'authorization failed')
    const url = new URL(values.realm)
    if (values.service) url.searchParams.set('service', values.service)
    url.searchParams.set('scope', values.scope ?? `repository:${this.#repository}:pull`)
    const response = this.#credentials?.identityToken ? await this.#exchange(url) : await this.#fetchToken(url)
    if (response.statusCode !== 200) {
      response.resume()
      throw new RegistryError(401, 'failed to authorize: failed to fetch oauth token: unexpected status')
    }
    const {access_token, token} = JSON.parse((await readAll(response)).toString()) as {
      token?: string
      access_token?: string
    }
    return `Bearer ${token ?? access_token ?? ''}`
  }

  #fetchToken(url: URL): Promise<IncomingMessage> {
    const headers: Record<string, string> = this.#credentials?.username ? {authorization: basic(this.#credentials)} : {}
    return ask({url: url.href, headers, signal: this.#signal})
  }

  #exchange(url: URL): Promise<IncomingMessage> {
    const form = new URLSearchParams(url.searchParams)
    form.set('grant_type', 'refresh_token')
    form.set('client_id', 'mini-cri')
    form.set('refresh_token', this.#credentials?.identityToken ?? '')
    return ask({
      url: url.origin + url.pathname,
      method: 'POST',
      headers: {'content-type': 'application/x-www-form-urlencoded'},
      body: form.toString(),
      signal: this.#signal,
    })
  }
}
