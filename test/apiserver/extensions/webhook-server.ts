// A server over TLS that answers JSON with JSON: what webhooks and conversions are in tests.
import {once} from 'node:events'
import {createServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {openPki} from '../../../src/apiserver/pki/pki.ts'

export interface WebhookServer extends AsyncDisposable {
  readonly clientConfig: {readonly url: string; readonly caBundle: string}
  readonly port: number
  readonly asked: unknown[]
}

export const webhookServer = async <T>(
  answer: (asked: T) => unknown,
  names: readonly string[] = ['127.0.0.1', 'localhost'],
): Promise<WebhookServer> => {
  const pki = await openPki()
  const {certificate, key} = await pki.issueServer([...names])
  const asked: unknown[] = []
  const server = createServer({cert: certificate, key}, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const question = JSON.parse(Buffer.concat(chunks).toString('utf8')) as T
    asked.push(question)
    const said = await answer(question)
    response.end(typeof said === 'string' ? said : JSON.stringify(said))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  return {
    clientConfig: {
      url: `https://localhost:${port}/check`,
      caBundle: Buffer.from(pki.caCertificate).toString('base64'),
    },
    port,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
