// The ingress against nginx as a proxy, in turn, in front of the same endpoint: requests a second over kept connections.
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {openPki} from '../../src/apiserver/pki/pki.ts'
import {debianPackage} from '../helpers/debian.ts'
import {tempFolder} from '../helpers/temp.ts'
import {printRows, type Row} from './compare.ts'
import {freePort, runProgram, serveOurs, serveTheirs} from './load.ts'

const ROUNDS = 3
const SECONDS = 3
const HOST = 'bench.localhost'
const LEAST_SHARE = 0.5

const [nginx, wrk] = [await debianPackage('nginx'), await debianPackage('wrk')]
using folder = tempFolder()
const pki = await openPki({folder: join(folder.path, 'pki'), serverNames: [HOST]})
const {certificate, key} = await pki.issueServer([HOST])
const [certificateFile, keyFile] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')]
writeFileSync(certificateFile, certificate)
writeFileSync(keyFile, key)

const [endpointPort, plainPort, tlsPort] = [await freePort(), await freePort(), await freePort()]
const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
  (name) => `${name}_temp_path ${folder.path}/${name};`,
)
const proxied = `location / { proxy_pass http://endpoint; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; }`
const page = 'x'.repeat(1024)
const configuration = `
worker_processes 1; daemon off; pid ${folder.path}/nginx.pid; error_log ${folder.path}/error.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000; ${temps.join(' ')}
  upstream endpoint { server 127.0.0.1:${endpointPort}; keepalive 256; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:${endpointPort}; location / { return 200 "${page}"; } }
  server { listen 127.0.0.1:${plainPort}; ${proxied} }
  server { listen 127.0.0.1:${tlsPort} ssl; ssl_certificate ${certificateFile}; ssl_certificate_key ${keyFile}; ${proxied} }
}`
mkdirSync(folder.path, {recursive: true})
writeFileSync(join(folder.path, 'nginx.conf'), configuration)

const perSecond = async (url: string): Promise<number> => {
  const output = await runProgram(wrk, ['wrk', '-t1', '-c32', `-d${SECONDS}`, '-H', `Host: ${HOST}`, url])
  if (/Non-2xx|Socket errors/.test(output)) throw new Error(output)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1])
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

await using _nginx = await serveTheirs(
  nginx,
  ['nginx', '-c', join(folder.path, 'nginx.conf'), '-p', folder.path],
  plainPort,
  () => fetch(`http://127.0.0.1:${plainPort}/`),
)
await using ours = await serveOurs('ingress-process.ts', '0', String(endpointPort))
await using oursTls = await serveOurs('ingress-process.ts', '0', String(endpointPort), certificateFile, keyFile)
const rows: Row[] = []
for (const [what, mine, theirs] of [
  ['HTTP', `http://127.0.0.1:${ours.port}/`, `http://127.0.0.1:${plainPort}/`],
  ['HTTPS', `https://127.0.0.1:${oursTls.port}/`, `https://127.0.0.1:${tlsPort}/`],
] as const) {
  const rates: {mini: number[]; nginx: number[]} = {mini: [], nginx: []}
  for (let round = 0; round < ROUNDS; round++) {
    rates.mini.push(await perSecond(mine))
    rates.nginx.push(await perSecond(theirs))
  }
  const [mini, peer] = [median(rates.mini), median(rates.nginx)]
  rows.push({
    what: `${what}: requests a second, 32 connections, 1 KB`,
    measured: `${Math.round(mini)} (nginx ${Math.round(peer)}: ${(mini / peer).toFixed(2)})`,
    target: `>= ${LEAST_SHARE} of nginx`,
    met: mini >= LEAST_SHARE * peer,
  })
}
printRows('Ingress', rows)
