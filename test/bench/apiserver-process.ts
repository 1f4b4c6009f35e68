// A server in a process of its own, for benchmarks: durable, on TLS, with the objects of a new cluster and nobody else.
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openPki} from '../../src/apiserver/pki/pki.ts'
import {createApiServer} from '../../src/apiserver/server.ts'
import {openStore} from '../../src/store/sqlite/open.ts'

const folder = mkdtempSync(join(tmpdir(), 'mini-bench-'))
const store = await openStore({file: join(folder, 'state.db')})
const pki = await openPki()
const server = createApiServer({store, pki})
const {port} = await server.listenTls()
await server.bootstrap()
process.send?.({port, ca: pki.caCertificate, cert: pki.admin.certificate, key: pki.admin.key})
process.on('message', (asked) => {
  if (asked === 'memory') {
    globalThis.gc?.()
    process.send?.({rss: process.memoryUsage().rss})
  }
  if (asked === 'cpu') {
    const {user, system} = process.cpuUsage()
    process.send?.({cpuUs: user + system})
  }
})
process.once('disconnect', () => {
  void server
    .close()
    .then(() => store[Symbol.asyncDispose]())
    .then(() => rmSync(folder, {recursive: true, force: true}))
})
