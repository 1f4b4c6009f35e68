// The service proxy in both modes: how fast it takes changes, and what it costs to go through it instead of straight to the pod.
// Everything in namespaces: nginx as the pod, wrk as its client in another pod.
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {ProxyMode} from '../../src/proxy/contract.ts'
import {debianPackage} from '../helpers/debian.ts'
import {type Host, makeNet} from '../helpers/netns.ts'
import {pathWithNft} from '../helpers/nft.ts'
import {tempFolder} from '../helpers/temp.ts'
import {until} from '../helpers/until.ts'
import {at, startWorld, type World, type WorldPod} from '../proxy/world.ts'

const VIP = '10.96.9.9'
const modes = ['nftables', 'userspace'] as const satisfies ProxyMode[]

const syncBench = async (mode: ProxyMode): Promise<void> => {
  await using net = await makeNet()
  const host = await net.host('sync')
  await host.ip('route replace local 10.96.0.0/16 dev lo')
  const env = {...process.env, PATH: await pathWithNft()}
  const said = await host.exec(process.execPath, [join(import.meta.dirname, 'proxy-sync.ts'), mode], {env})
  const {firstMs, medianMs, worstMs} = JSON.parse(said) as Record<string, number>
  const [first, median, worst] = [firstMs, medianMs, worstMs].map((ms = 0) => `${Math.round(ms)} ms`)
  console.log(
    `proxy, ${mode}, 1,000 services of 10 endpoints: first sync ${first} (target 2000 ms), one change ${median}, worst of 30 ${worst} (target 50 ms)`,
  )
}

interface Load {
  readonly requests: number
  readonly p50: string
  readonly p99: string
}

const startNginx = async ({host, ip}: WorldPod, folder: string): Promise<void> => {
  const nginx = await debianPackage('nginx')
  mkdirSync(join(folder, 'logs'), {recursive: true})
  writeFileSync(join(folder, 'big'), Buffer.alloc(10_000_000))
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; error_log stderr emerg; pid ${folder}/pid;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000; root ${folder};
  client_body_temp_path ${folder}/t1; proxy_temp_path ${folder}/t2; fastcgi_temp_path ${folder}/t3; uwsgi_temp_path ${folder}/t4; scgi_temp_path ${folder}/t5;
  server { listen 8000; location = / { return 200 "hello"; } } }\n`,
  )
  host.spawn(nginx.program('nginx'), ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    env: nginx.env,
    stdio: 'inherit',
  })
  await until('nginx', () => host.exec('curl', ['-sS', `http://${ip}:8000/`]))
}

const load = async (from: Host, url: string, headers: readonly string[] = []): Promise<Load> => {
  const wrk = await debianPackage('wrk')
  const words = ['-t1', '-c32', '-d3s', '--latency', ...headers.flatMap((header) => ['-H', header]), url]
  const said = await from.exec(wrk.program('wrk'), words, {env: wrk.env})
  const number = (pattern: RegExp): string => pattern.exec(said)?.[1] ?? '?'
  return {
    requests: Number(number(/Requests\/sec:\s+([\d.]+)/)),
    p50: number(/50%\s+(\S+)/),
    p99: number(/99%\s+(\S+)/),
  }
}

const describe = ({p50, p99, requests}: Load): string => `${Math.round(requests)}/s p50 ${p50} p99 ${p99}`

const download = async (from: Host, url: string): Promise<number> =>
  Number(await from.exec('curl', ['-sS', '-o', '/dev/null', '-w', '%{speed_download}', url])) / 2 ** 20

const compare = async (world: World, server: WorldPod, client: WorldPod, mode: ProxyMode): Promise<void> => {
  await world.service('bench', {clusterIP: VIP}, [at(server)], {targetPort: 8000})
  await until('the service', () => client.host.exec('curl', ['-sS', '-m', '1', `http://${VIP}/`]))
  for (const [what, headers] of [
    ['kept connections', []],
    ['a connection a request', ['Connection: close']],
  ] as const) {
    const direct = await load(client.host, `http://${server.ip}:8000/`, headers)
    const through = await load(client.host, `http://${VIP}/`, headers)
    const ratio = (through.requests / direct.requests).toFixed(2)
    console.log(`proxy, ${mode}, ${what}: ${describe(through)}; direct ${describe(direct)}; ratio ${ratio}`)
  }
  const speeds = [
    await download(client.host, `http://${VIP}/big`),
    await download(client.host, `http://${server.ip}:8000/big`),
  ]
  console.log(`proxy, ${mode}, 10 MB: ${speeds.map((speed) => `${Math.round(speed)} MB/s`).join('; direct ')}`)
}

for (const mode of modes) await syncBench(mode)
for (const mode of modes) {
  using folder = tempFolder()
  await using world = await startWorld(mode)
  const [server, client] = await Promise.all([
    world.pod('server', {isUnknown: true}),
    world.pod('client', {isUnknown: true}),
  ])
  await startNginx(server, folder.path)
  await compare(world, server, client, mode)
}
