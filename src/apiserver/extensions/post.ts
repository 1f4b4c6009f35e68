// One question to a webhook: JSON over TLS, within its time.
import {request as httpsRequest} from 'node:https'
import {isIP} from 'node:net'
import type {Destination} from './client-config.ts'

const answerLimitBytes = 3 * 1024 * 1024

/** Why a connection failed, as Go would say it. */
const explain = (error: unknown, {host, port}: Destination, isLate: boolean): string => {
  if (isLate) return 'context deadline exceeded'
  const {code, message} = error as {code?: string; message: string}
  if (code === 'ECONNREFUSED') return `dial tcp ${host}:${port}: connect: connection refused`
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${host}: no such host`
  if (/self.signed|unable to (verify|get)/i.test(message))
    return 'tls: failed to verify certificate: x509: certificate signed by unknown authority'
  return message
}

/** Throws Error: why there is no answer. */
export const postJson = async (destination: Destination, body: unknown, timeoutSeconds: number): Promise<unknown> => {
  const {url, host, port, serverName, ca} = destination
  const signal = AbortSignal.timeout(timeoutSeconds * 1000)
  const shown = new URL(url)
  shown.searchParams.set('timeout', `${timeoutSeconds}s`)
  const text = JSON.stringify(body)
  const {promise, resolve, reject} = Promise.withResolvers<{status: number; text: string}>()
  const request = httpsRequest(
    {
      host,
      port,
      method: 'POST',
      path: shown.pathname + shown.search,
      headers: {'content-type': 'application/json', accept: 'application/json', host: url.host},
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
  let answer: {status: number; text: string}
  try {
    answer = await promise
  } catch (error) {
    throw new Error(`failed to call webhook: Post "${shown.href}": ${explain(error, destination, signal.aborted)}`, {
      cause: error,
    })
  }
  if (answer.status !== 200)
    throw new Error('failed to call webhook: the server rejected our request for an unknown reason')
  try {
    return JSON.parse(answer.text)
  } catch (error) {
    throw new Error('failed to call webhook: the answer is not JSON', {cause: error})
  }
}
