// The keys of the token issuer, for those who verify service-account tokens themselves.
import type {Tokens} from '../auth/tokens.ts'
import type {Page} from '../backend.ts'
import {jsonResponse} from '../respond/status.ts'

export const openidPage =
  (tokens: Tokens, jwksUri: () => string): Page =>
  async (_call, path) => {
    if (path === '/openid/v1/jwks') {
      const answer = jsonResponse(200, {keys: [await tokens.jwk()]})
      if (answer.type !== 'raw') return answer
      return {...answer, response: {...answer.response, headers: {'content-type': 'application/jwk-set+json'}}}
    }
    if (path !== '/.well-known/openid-configuration') return undefined
    return jsonResponse(200, {
      issuer: tokens.issuer,
      jwks_uri: jwksUri(),
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    })
  }
