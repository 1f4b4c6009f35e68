// Requests to registries: redirects, credentials only where they belong, a time limit on silence.
import {request as httpRequest, type IncomingMessage, type RequestOptions} from 'node:http'
import {request as httpsRequest} from 'node:https'
import type {Readable} from 'node:stream'
import {rootCertificates} from 'node:tls'

const MOST_REDIRECTS = 5

export interface Ask {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
  readonly body?: string | Buffer | (() => Readable)
  readonly signal: AbortSignal
  /** No byte for so long: the connection is given up. */
  readonly silenceMs: number
  /** Whose certificate nobody has to vouch for. */
  readonly insecure?: boolean
  readonly authorities?: readonly string[]
}

const optionsOf = ({authorities = [], headers = {}, insecure, method = 'GET', signal, url}: Ask): RequestOptions => ({
  method,
  headers: {'user-agent': 'mini-cri', ...headers},
  signal,
  ...(url.startsWith('https:') && insecure ? {rejectUnauthorized: false} : {}),
  ...(url.startsWith('https:') && authorities.length > 0 ? {ca: [...rootCertificates, ...authorities]} : {}),
})

const once = (wanted: Ask): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const {body, silenceMs, url} = wanted
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const request = send(url, optionsOf(wanted), resolve)
    request.setTimeout(silenceMs, () =>
      request.destroy(new Error(`${new URL(url).host} did not answer for ${silenceMs / 1000} seconds`)),
    )
    request.on('error', reject)
    if (typeof body === 'function')
      body()
        .on('error', (error) => request.destroy(error))
        .pipe(request)
    else request.end(body)
  })

/** Storage behind a registry has its own signatures, and nobody may listen: ours is not for them. */
const headersFor = (
  headers: Readonly<Record<string, string>>,
  from: URL,
  to: URL,
): Readonly<Record<string, string>> => {
  if (to.host === from.host && to.protocol === from.protocol) return headers
  const {authorization: _, ...rest} = headers
  return rest
}

export const ask = async (wanted: Ask): Promise<IncomingMessage> => {
  let {headers = {}, url} = wanted
  for (let left = MOST_REDIRECTS; left >= 0; left--) {
    const response = await once({...wanted, url, headers})
    const {location} = response.headers
    const status = response.statusCode ?? 0
    if (status < 300 || status >= 400 || !location) return response
    response.resume()
    const next = new URL(location, url)
    headers = headersFor(headers, new URL(url), next)
    url = next.href
  }
  throw new Error(`too many redirects from ${wanted.url}`)
}

const MOST_TEXT = 8 * 1024 * 1024

export const readAll = async (response: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    if ((size += chunk.length) > MOST_TEXT) throw new Error(`the answer is longer than ${MOST_TEXT / 2 ** 20} MiB`)
  }
  return Buffer.concat(chunks)
}
