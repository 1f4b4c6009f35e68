// A token server for a registry: user:pass gets a token for what it asks, and so does who has the refresh token.
import 'reflect-metadata'
import {webcrypto} from 'node:crypto'
import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import {X509CertificateGenerator} from '@peculiar/x509'
import {SignJWT} from 'jose'
import type {TokenAuth} from './docker-registry.ts'

export interface TokenServer extends AsyncDisposable {
  readonly auth: TokenAuth
  /** What was asked for, by those who may. */
  readonly scopes: string[]
  token(scope: string): Promise<string>
}

const accessOf = (scope: string): object[] => {
  const [type, name, actions = ''] = scope.split(':')
  return [{type, name, actions: actions.split(',')}]
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** A certificate that only its own key vouches for. */
export const selfSigned = async (name: string) => {
  const algorithm = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'}
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - 3_600_000),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: algorithm,
    keys,
  })
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const pem = `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`
  return {certificate: made.toString('pem'), der: made.toString('base64'), keys, key: pem}
}

export const startTokenServer = async (): Promise<TokenServer> => {
  const {certificate, der, keys} = await selfSigned('tokens')
  const [issuer, service] = ['mini-test', 'registry']
  const token = (scope: string): Promise<string> =>
    new SignJWT({access: accessOf(scope)})
      .setProtectedHeader({alg: 'ES256', typ: 'JWT', x5c: [der]})
      .setIssuer(issuer)
      .setAudience(service)
      .setSubject('user')
      .setIssuedAt(Math.floor(Date.now() / 1000) - 60)
      .setNotBefore(Math.floor(Date.now() / 1000) - 60)
      .setExpirationTime('10m')
      .setJti(String(Math.random()))
      .sign(keys.privateKey)
  const scopes: string[] = []
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(
      request.method === 'POST' ? await textOf(request) : new URL(request.url ?? '/', 'http://x').search,
    )
    const known = request.headers.authorization === `Basic ${Buffer.from('user:pass').toString('base64')}`
    const scope = form.get('scope') ?? ''
    if (!known && form.get('refresh_token') !== 'refresh') return void response.writeHead(401).end()
    scopes.push(scope)
    response.end(JSON.stringify({[request.method === 'POST' ? 'access_token' : 'token']: await token(scope)}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
  return {
    auth: {realm, service, issuer, certificate},
    scopes,
    token,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
