// Requests to registries: redirects, credentials only where they belong, a time limit on silence.
import {request as httpRequest, type IncomingMessage} from 'node:http'
import {request as httpsRequest} from 'node:https'

const SILENCE_MS = 30_000
const MOST_REDIRECTS = 5

export interface Ask {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
  readonly body?: string
  readonly signal: AbortSignal
}

const once = ({body, headers = {}, method = 'GET', signal, url}: Ask): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const request = send(url, {method, headers: {'user-agent': 'mini-cri', ...headers}, signal}, resolve)
    request.setTimeout(SILENCE_MS, () => request.destroy(new Error(`${new URL(url).host} does not answer`)))
    request.on('error', reject)
    request.end(body)
  })

export const ask = async (wanted: Ask): Promise<IncomingMessage> => {
  let {headers = {}, url} = wanted
  for (let left = MOST_REDIRECTS; left >= 0; left--) {
    const response = await once({...wanted, url, headers})
    const {location} = response.headers
    const status = response.statusCode ?? 0
    if (status < 300 || status >= 400 || !location) return response
    response.resume()
    const next = new URL(location, url)
    // Storage behind a registry has its own signatures; ours is not for it.
    if (next.host !== new URL(url).host) {
      const {authorization: _, ...rest} = headers
      headers = rest
    }
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
    if ((size += chunk.length) > MOST_TEXT) throw new Error('the answer is too long')
  }
  return Buffer.concat(chunks)
}
