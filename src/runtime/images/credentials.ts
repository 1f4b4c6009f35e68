// Who is asking a registry, in its two ways: a password with each request, or a token from a server it names.
import {type IncomingMessage, STATUS_CODES} from 'node:http'
import {RegistryError} from './registry-error.ts'
import {type Ask, readAll} from './registry-http.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
  readonly identityToken: string
  readonly registryToken: string
}

interface Challenge {
  readonly scheme: string
  readonly values: Readonly<Record<string, string>>
}

/** `Bearer realm="...",service="..."` as its parts; of several the token server is taken. */
export const challengeOf = (header: string): Challenge => {
  const bearer = header.search(/\bbearer\s/i)
  const wanted = bearer < 0 ? header : header.slice(bearer)
  const [scheme = ''] = wanted.split(' ')
  const values = Object.fromEntries(
    [...wanted.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map(([, name = '', quoted, plain]) => [
      name,
      quoted ?? plain ?? '',
    ]),
  )
  return {scheme: scheme.toLowerCase(), values}
}

const basic = ({password, username}: Credentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

type Send = (request: Pick<Ask, 'url' | 'headers' | 'method' | 'body'>) => Promise<IncomingMessage>

const fetchToken = (url: URL, credentials: Credentials | undefined, send: Send): Promise<IncomingMessage> =>
  send({url: url.href, headers: credentials?.username ? {authorization: basic(credentials)} : {}})

const exchange = (url: URL, identityToken: string, send: Send): Promise<IncomingMessage> => {
  const form = new URLSearchParams(url.searchParams)
  form.set('grant_type', 'refresh_token')
  form.set('client_id', 'mini-cri')
  form.set('refresh_token', identityToken)
  return send({
    url: url.origin + url.pathname,
    method: 'POST',
    headers: {'content-type': 'application/x-www-form-urlencoded'},
    body: form.toString(),
  })
}

const tokenIn = async (response: IncomingMessage): Promise<string> => {
  const {access_token, token} = JSON.parse((await readAll(response)).toString()) as Record<string, unknown>
  const found = token ?? access_token
  if (typeof found !== 'string' || found === '')
    throw new RegistryError(401, 'failed to authorize: no token in the answer')
  return found
}

/** The header that answers a registry's `www-authenticate`; undefined: there is nothing to say. */
export const authorizationFor = async (
  header: string,
  scope: string,
  credentials: Credentials | undefined,
  send: Send,
): Promise<string | undefined> => {
  const {scheme, values} = challengeOf(header)
  if (scheme === 'basic') {
    return credentials?.username ? basic(credentials) : undefined
  }
  if (scheme !== 'bearer' || !values.realm) throw new RegistryError(401, 'authorization failed')
  const url = new URL(values.realm)
  if (values.service) url.searchParams.set('service', values.service)
  url.searchParams.set('scope', scope)
  const response = credentials?.identityToken
    ? await exchange(url, credentials.identityToken, send)
    : await fetchToken(url, credentials, send)
  const status = response.statusCode ?? 0
  if (status !== 200) {
    response.resume()
    const kind = credentials?.username || credentials?.identityToken ? 'oauth' : 'anonymous'
    throw new RegistryError(
      status,
      `failed to authorize: failed to fetch ${kind} token: unexpected status: ${status} ${STATUS_CODES[status] ?? ''}`,
    )
  }
  return `Bearer ${await tokenIn(response)}`
}
