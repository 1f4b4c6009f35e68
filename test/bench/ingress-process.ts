// The ingress's doors alone in a process, in front of one endpoint: what a load generator talks to.

import {readFileSync} from 'node:fs'
import {BackendPool} from '../../src/ingress/http1/backend-pool.ts'
import {Http2Front} from '../../src/ingress/http2/front.ts'
import {openDoor} from '../../src/ingress/listen.ts'
import {Router} from '../../src/ingress/router.ts'
import {systemClock} from '../../src/lib/clock.ts'
import {fixedBackends, oneRule} from '../helpers/ingress-parts.ts'

const [port = '0', endpointPort = '0', certificateFile, keyFile] = process.argv.slice(2)
const router = new Router({
  table: () => oneRule('bench.localhost'),
  backends: fixedBackends([{address: '127.0.0.1', port: Number(endpointPort)}]),
})
const pool = new BackendPool(systemClock)
const door = await openDoor({
  host: '127.0.0.1',
  ports: [Number(port)],
  router,
  pool,
  http2: new Http2Front(router),
  clock: systemClock,
  tls:
    certificateFile && keyFile
      ? {
          contextFor: () => undefined,
          fallback: {certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8')},
        }
      : undefined,
})
console.log(`port ${door.port}`)
process.on('SIGTERM', () => process.exit())
