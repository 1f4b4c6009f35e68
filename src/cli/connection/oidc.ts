// The auth provider `oidc`: an id token, and a new one by the refresh token when it is over.
import {readFileSync} from 'node:fs'
import {readBody} from '../../client/body.ts'
import {createHttpTransport} from '../../client/http-transport.ts'

export type OidcConfig = Readonly<Record<string, string | undefined>>

/** A little early: the server's clock may be ahead. */
const MARGIN_MS = 10_000

const expiryOf = (token: string): number => {
  const [, claims = ''] = token.split('.')
  const {exp} = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as {exp?: number}
  return (exp ?? 0) * 1000
}

export const isFresh = (token: string | undefined, now: number): token is string => {
  if (!token) return false
  try {
    return expiryOf(token) > now + MARGIN_MS
  } catch {
    return false
  }
}

const authorityOf = (config: OidcConfig): Buffer | undefined => {
  const {'idp-certificate-authority-data': data, 'idp-certificate-authority': file} = config
  return data ? Buffer.from(data, 'base64') : file ? readFileSync(file) : undefined
}

const ask = async (
  address: string,
  config: OidcConfig,
  form?: Readonly<Record<string, string>>,
): Promise<Record<string, string>> => {
  const url = new URL(address)
  const transport = await createHttpTransport({server: url.origin, tls: {ca: authorityOf(config)}, timeoutMs: 30_000})
  try {
    const response = await transport.request({
      method: form ? 'POST' : 'GET',
      url: url.pathname + url.search,
      headers: form ? {'content-type': 'application/x-www-form-urlencoded'} : {},
      ...(form ? {body: new URLSearchParams(form).toString()} : {}),
    })
    const text = (await readBody(response.body)).toString('utf8')
    if (response.status >= 300) throw new Error(`${response.status}: ${text}`)
    return JSON.parse(text) as Record<string, string>
  } finally {
    await transport[Symbol.asyncDispose]()
  }
}

/** The provider's entry with new tokens. */
export const refreshed = async (config: OidcConfig): Promise<OidcConfig> => {
  const {'idp-issuer-url': issuer, 'client-id': client, 'client-secret': secret = '', 'refresh-token': refresh} = config
  if (!issuer) throw new Error('No valid id-token, and cannot refresh without refresh-token')
  if (!client) throw new Error('Must provide client-id')
  if (!refresh) throw new Error('No valid id-token, and cannot refresh without refresh-token')
  const found = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, config)
  if (!found.token_endpoint) throw new Error('oidc: discovery object does not contain a token_endpoint')
  const tokens = await ask(found.token_endpoint, config, {
    grant_type: 'refresh_token',
    refresh_token: refresh,
    client_id: client,
    client_secret: secret,
  }).catch((error: unknown) => {
    throw new Error(`failed to refresh token: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  })
  if (!tokens.id_token)
    throw new Error(
      'token response did not contain an id_token, either the scope "openid" wasn\'t requested upon login, or the provider doesn\'t support id_tokens as part of the refresh response',
    )
  return {
    ...config,
    'id-token': tokens.id_token,
    ...(tokens.refresh_token ? {'refresh-token': tokens.refresh_token} : {}),
  }
}
