// Failures to reach a server, in the words of Go's network library.
import {hasCode} from '../../lib/node-error.ts'
import {Failure} from '../usage-mistake.ts'

const untrusted = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]

const namesIn = (message: string): string =>
  [...message.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name]) => name).join(', ')

const tlsWords = (error: Error, host: string): string | undefined => {
  if (hasCode(error, ...untrusted)) return 'x509: certificate signed by unknown authority'
  if (hasCode(error, 'CERT_HAS_EXPIRED')) return 'x509: certificate has expired or is not yet valid'
  if (hasCode(error, 'ERR_TLS_CERT_ALTNAME_INVALID'))
    return `x509: certificate is valid for ${namesIn(error.message)}, not ${host}`
  return undefined
}

/** Undefined: nothing Go has words of its own for. */
export const goWords = (error: Error, server: URL, serverName: string | undefined): Error | undefined => {
  const unable = (why: string): Error => new Failure(`Unable to connect to the server: ${why}`)
  const tls = tlsWords(error, serverName || server.hostname)
  if (tls) return unable(`tls: failed to verify certificate: ${tls}`)
  if (hasCode(error, 'EPROTO') || /wrong version number/.test(error.message))
    return unable('http: server gave HTTP response to HTTPS client')
  if (hasCode(error, 'ENOTFOUND')) return unable(`dial tcp: lookup ${server.hostname}: no such host`)
  if (hasCode(error, 'EAI_AGAIN')) return unable(`dial tcp: lookup ${server.hostname}: server misbehaving`)
  if (hasCode(error, 'ENETUNREACH', 'EHOSTUNREACH', 'ETIMEDOUT')) {
    const why = hasCode(error, 'ENETUNREACH')
      ? 'network is unreachable'
      : hasCode(error, 'EHOSTUNREACH')
        ? 'no route to host'
        : 'i/o timeout'
    return unable(`dial tcp ${server.host}: ${hasCode(error, 'ETIMEDOUT') ? '' : 'connect: '}${why}`)
  }
  if (/^getting credentials: /.test(error.message)) return unable(error.message)
  return undefined
}
