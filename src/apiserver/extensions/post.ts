// One question to a webhook: JSON over TLS, within its time.
import {request as httpsRequest} from 'node:https'
import {isIP} from 'node:net'
import type {DeepReadonly} from '../../api/object.ts'
import type {AdmissionContext} from '../admission/contract.ts'
import {type ClientConfig, type Destination, destinationOf, shownUrl} from './client-config.ts'

const answerLimitBytes = 3 * 1024 * 1024

/** Why a connection failed, as Go would say it. */
const explain = (error: unknown, destination: Destination | undefined, isLate: boolean): string => {
  if (isLate) return 'context deadline exceeded'
  const {code, message} = error as {code?: string; message: string}
  const {host = '', port = 0} = destination ?? {}
  if (code === 'ECONNREFUSED')
    return `dial tcp ${isIP(host) === 6 ? `[${host}]` : host}:${port}: connect: connection refused`
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${host}: no such host`
  if (code === 'ECONNRESET') return 'EOF'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return wrongName(error, destination)
  if (code === 'CERT_HAS_EXPIRED')
    return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid'
  if (/self.signed|unable to (verify|get)/i.test(message))
    return 'tls: failed to verify certificate: x509: certificate signed by unknown authority'
  return message
}

const wrongName = (error: unknown, destination: Destination | undefined): string => {
  const names = String((error as {cert?: {subjectaltname?: string}}).cert?.subjectaltname ?? '')
    .split(/,\s*/)
    .map((name) => name.replace(/^(DNS|IP Address):/, ''))
  return `tls: failed to verify certificate: x509: certificate is valid for ${names.join(', ')}, not ${destination?.serverName}`
}

const refusals: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  406: 'the server was unable to respond with a content type that the client supports',
  409: 'the server reported a conflict',
  415: 'the server was unable to respond with a content type that the client supports',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** What a client of Kubernetes makes of an answer that is not one. */
const refusal = ({status, text}: Answer): string => {
  const said = text.trim() || 'unknown'
  if (status === 403) return said
  const known = refusals[status]
  if (known) return known
  return status >= 500
    ? `an error on the server (${JSON.stringify(said)}) has prevented the request from succeeding`
    : `the server responded with the status code ${status} but did not return more information`
}

const send = (destination: Destination, text: string, path: string, signal: AbortSignal): Promise<Answer> => {
  const {host, port, serverName, authority, ca} = destination
  const {promise, resolve, reject} = Promise.withResolvers<Answer>()
  const request = httpsRequest(
    {
      host,
      port,
      method: 'POST',
      path,
      headers: {'content-type': 'application/json', accept: 'application/json', host: authority},
      ...(isIP(serverName) === 0 ? {servername: serverName} : {}),
      ...(ca ? {ca} : {}),
      signal,
    },
    (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > answerLimitBytes) request.destroy(new Error('the answer is too large'))
        else chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8')}),
      )
    },
  )
  request.on('error', reject)
  request.end(text)
  return promise
}

export interface Question {
  readonly config: DeepReadonly<ClientConfig>
  readonly context: AdmissionContext
  readonly body: unknown
  readonly timeoutSeconds: number
}

/** Throws Error: why there is no answer. */
export const postJson = async ({config, context, body, timeoutSeconds}: Question): Promise<unknown> => {
  const signal = AbortSignal.timeout(timeoutSeconds * 1000)
  const query = `timeout=${timeoutSeconds}s`
  let destination: Destination | undefined
  let answer: Answer
  try {
    destination = destinationOf(config, context)
    const {path} = destination
    answer = await send(destination, JSON.stringify(body), `${path}${path.includes('?') ? '&' : '?'}${query}`, signal)
  } catch (error) {
    const shown = `${shownUrl(config)}?${query}`
    throw new Error(`Post "${shown}": ${explain(error, destination, signal.aborted)}`, {cause: error})
  }
  if (answer.status < 200 || answer.status > 206) throw new Error(refusal(answer))
  try {
    return JSON.parse(answer.text)
  } catch (error) {
    const first = JSON.stringify(answer.text.trim()[0] ?? '').slice(1, -1)
    const why =
      answer.text.trim() === ''
        ? 'unexpected end of JSON input'
        : `invalid character '${first}' looking for beginning of value`
    throw new Error(`couldn't get version/kind; json parse error: ${why}`, {cause: error})
  }
}
