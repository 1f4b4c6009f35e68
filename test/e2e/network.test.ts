// The network of a real cluster with both families of addresses, as pods and this machine see it.
import assert from 'node:assert/strict'
import {execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {promisify} from 'node:util'
import {killDaemon, startCluster, type TestHome} from '../helpers/cluster.ts'
import {debianPackage} from '../helpers/debian.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {until} from '../helpers/until.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
const sample = join(import.meta.dirname, '../../manifests/samples/web.yaml')
let home: TestHome

before(async () => {
  if (!isRoot) return
  home = await startCluster({args: ['--ip-family', 'dual']})
  await home.ok(['apply', '-f', '-'], {stdin: manifests})
  await home.ok(['apply', '-f', sample])
  await home.ok(['wait', '--for=condition=Ready', 'pod/echo', 'pod/shell', 'pod/db-0', '--timeout=45s'])
  await home.ok(['rollout', 'status', 'deployment/web', '--timeout=45s'])
})
after(() => home?.[Symbol.asyncDispose]())

/** Says who asked, and with /stream twenty lines over two seconds. */
const server = `
use IO::Socket::IP; use Sys::Hostname; $| = 1; $SIG{CHLD} = "IGNORE";
my $s = IO::Socket::IP->new(LocalHost => "::", LocalPort => 8080, Listen => 64, ReuseAddr => 1, V6Only => 0) or die $@;
while (1) {
  my $c = $s->accept or next;
  if (fork) { close $c; next }
  my $line = <$c> // exit; while (my $h = <$c>) { last if $h =~ /^\\r?$/ }
  $c->autoflush(1);
  print $c "HTTP/1.0 200 OK\\r\\n\\r\\n";
  if ($line =~ m{/stream}) { for my $n (1..40) { print $c "line $n\\n"; select undef, undef, undef, 0.1 } }
  else { print $c hostname(), " to ", $c->peerhost, "\\n" }
  exit;
}`

const podOf = (name: string, labels: object, more: object, command: readonly string[]): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name, labels},
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{name: 'main', image: 'host', command}],
    ...more,
  },
})
const echoPod = (name: string, labels: object, more: object = {}): object =>
  podOf(name, labels, more, ['perl', '-e', server])
const serviceOf = (name: string, spec: object): object => ({apiVersion: 'v1', kind: 'Service', metadata: {name}, spec})

const manifests = [
  echoPod('echo', {app: 'echo'}),
  podOf('shell', {}, {}, ['sleep', 'infinity']),
  echoPod('db-0', {app: 'db'}, {hostname: 'db-0', subdomain: 'db'}),
  serviceOf('echo', {
    type: 'LoadBalancer',
    ipFamilyPolicy: 'RequireDualStack',
    selector: {app: 'echo'},
    ports: [{name: 'http', port: 80, targetPort: 8080}],
  }),
  serviceOf('db', {clusterIP: 'None', selector: {app: 'db'}, ports: [{name: 'sql', port: 5432, targetPort: 8080}]}),
  serviceOf('elsewhere', {type: 'ExternalName', externalName: 'echo.default.svc.cluster.local'}),
]
  .map((object) => JSON.stringify(object))
  .join('\n---\n')

const run = promisify(execFile)
const inPod = (pod: string, ...command: string[]): Promise<string> => home.ok(['exec', pod, '--', ...command])
const curl = (...args: string[]): string[] => ['curl', '-sS', '--max-time', '5', ...args]
const field = (what: string, path: string): Promise<string> =>
  home.ok(['get', ...what.split(' '), '-o', `jsonpath={${path}}`])
const urlOf = (address: string): string => `http://${address.includes(':') ? `[${address}]` : address}/`

test('the sample answers on this machine and, by its name, in another pod', options, async () => {
  const ports = JSON.parse(await field('ingress web', '.status.loadBalancer.ingress')) as {ip: string}[]
  for (const {ip} of ports.slice(0, 1)) {
    const {stdout} = await run('curl', ['-sS', '--max-time', '5', '-H', 'Host: web.localhost', urlOf(ip)])
    assert.match(stdout, /^Hello from web-/)
  }
  const status = JSON.parse(await home.ok(['status', '-o', 'json'])) as {endpoints: Record<string, string>}
  const [near = ''] = status.endpoints.ingress?.split(' ') ?? []
  const {stdout} = await run('curl', ['-sS', '--max-time', '5', `http://web.localhost:${new URL(near).port || 80}/`])
  assert.match(stdout, /^Hello from web-/)
  assert.match(await inPod('shell', ...curl('http://web')), /^Hello from web-/)
  assert.match(await inPod('shell', ...curl('http://web.default.svc.cluster.local')), /^Hello from web-/)
})

test('mini service says where, once somebody answers there', options, async () => {
  const url = (await home.ok(['service', 'echo', '--url'])).trim()
  const {stdout} = await run('curl', ['-sS', '--max-time', '5', url])
  assert.match(stdout, /^echo to /)
  const none = await home.run(['service', 'db'])
  assert.equal(none.code, 1)
  assert.match(none.stderr, /headless/)
})

test('a tunnel opens LoadBalancer services on a further address, until Ctrl-C', options, async () => {
  const child = spawn(home.mini, ['tunnel', '--bind-address', '127.77.0.1'], {env: home.env})
  let said = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  await until('the tunnel to say what it opened', () => said.includes('127.77.0.1:80'))
  const {stdout} = await run('curl', ['-sS', '--max-time', '5', 'http://127.77.0.1/'])
  assert.match(stdout, /^echo to /)
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
  await assert.rejects(run('curl', ['-sS', '--max-time', '5', 'http://127.77.0.1/']), /refused|Couldn't connect/)
})

test('every address of a service answers, for pods and for this machine, by both families', options, async () => {
  const addresses = await field('service echo', '.spec.clusterIPs[*]')
  const balancers = await field('service echo', '.status.loadBalancer.ingress[*].ip')
  const all = [...addresses.split(' '), ...balancers.split(' ')]
  assert.equal(all.length, 4)
  for (const address of all) {
    const {stdout} = await run('curl', ['-sS', '-g', '--max-time', '5', urlOf(address)])
    assert.match(stdout, /^echo to /, `this machine to ${address}`)
    assert.match(await inPod('shell', ...curl('-g', urlOf(address))), /^echo to /, `a pod to ${address}`)
    assert.match(await inPod('echo', ...curl('-g', urlOf(address))), /^echo to /, `a pod to itself by ${address}`)
  }
  assert.match(await inPod('shell', ...curl('-6', 'http://echo')), /^echo to /)
})

test('DNS answers as the specification has it, asked with dig', options, async () => {
  const dig = await debianPackage('bind9-dnsutils')
  const dns = await field('service kube-dns -n kube-system', '.spec.clusterIP')
  const ask = async (...words: string[]): Promise<string[]> => {
    const {stdout} = await run(dig.program('dig'), [`@${dns}`, '+short', '+tries=1', '+time=3', ...words], {
      env: dig.env,
    })
    return stdout.trim().split('\n').filter(Boolean).sort()
  }
  const [four = '', six = ''] = (await field('service echo', '.spec.clusterIPs[*]')).split(' ')
  const podIp = await field('pod db-0', '.status.podIP')
  const base = 'svc.cluster.local'
  assert.deepEqual(await ask(`echo.default.${base}`), [four])
  assert.deepEqual(await ask(`echo.default.${base}`, 'AAAA'), [six])
  assert.deepEqual(await ask(`_http._tcp.echo.default.${base}`, 'SRV'), [`0 100 80 echo.default.${base}.`])
  assert.deepEqual(await ask('-x', four), [`echo.default.${base}.`])
  assert.deepEqual(await ask('-x', six), [`echo.default.${base}.`])
  assert.deepEqual(await ask(`db.default.${base}`), [podIp])
  assert.deepEqual(await ask(`db-0.db.default.${base}`), [podIp])
  assert.deepEqual(await ask('-x', podIp), [`db-0.db.default.${base}.`])
  assert.deepEqual(await ask(`_sql._tcp.db.default.${base}`, 'SRV'), [`0 100 8080 db-0.db.default.${base}.`])
  assert.deepEqual(await ask(`${podIp.replaceAll('.', '-')}.default.pod.cluster.local`), [podIp])
  assert.deepEqual(await ask(`elsewhere.default.${base}`), [four, `echo.default.${base}.`].sort())
  assert.deepEqual(await ask('+tcp', `echo.default.${base}`), [four])
  assert.deepEqual(await ask('dns-version.cluster.local', 'TXT'), ['"1.1.0"'])
  const {stdout: nothing} = await run(dig.program('dig'), [`@${dns}`, `no.default.${base}`], {env: dig.env})
  assert.match(nothing, /status: NXDOMAIN[\s\S]*cluster\.local\.\s+\d+\s+IN\s+SOA/)
  const startedAt = performance.now()
  const {stdout: reverse} = await run(dig.program('dig'), [`@${dns}`, '-x', podIp.replace(/\d+$/, '250')], {
    env: dig.env,
  })
  assert.match(reverse, /status: NXDOMAIN/)
  assert.ok(performance.now() - startedAt < 1_000, 'nobody outside is asked about a pod')
})

test('names in pods: partial ones, the pod itself, and this machine', options, async () => {
  for (const name of ['echo', 'echo.default', 'echo.default.svc'])
    assert.match(await inPod('shell', 'getent', 'hosts', name), /echo\.default\.svc\.cluster\.local/)
  assert.match(await inPod('db-0', 'hostname', '-f'), /^db-0\.db\.default\.svc\.cluster\.local$/m)
  const here = createServer((_, answer) => answer.end('this machine')).listen(0, '0.0.0.0')
  await once(here, 'listening')
  const {port} = here.address() as AddressInfo
  assert.equal(await inPod('shell', ...curl(`http://host.mini.internal:${port}`)), 'this machine')
  here.close()
})

test('pods reach the outside with the address of this machine, whatever programs it has', options, async () => {
  const outside = `mini-outside-${process.pid}`
  const [here, there] = [`mo${process.pid}a`, `mo${process.pid}b`]
  const listen = [
    'use IO::Socket::INET; $| = 1;',
    'my $s = IO::Socket::INET->new(LocalPort => 7000, Listen => 5, ReuseAddr => 1) or die $!; print "ready\\n";',
    'while (my $c = $s->accept) { my $l = <$c>; print $c "HTTP/1.0 200 OK\\r\\n\\r\\nseen ", $c->peerhost; close $c }',
  ].join('\n')
  await run('ip', ['netns', 'add', outside])
  try {
    await run('ip', ['link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', outside])
    await run('ip', ['address', 'add', '198.18.77.1/24', 'dev', here])
    await run('ip', ['link', 'set', here, 'up'])
    await run('ip', ['-n', outside, 'address', 'add', '198.18.77.2/24', 'dev', there])
    await run('ip', ['-n', outside, 'link', 'set', there, 'up'])
    // It knows no way to pods: only what comes from this machine's address can be answered.
    const server = spawn('ip', ['netns', 'exec', outside, 'perl', '-e', listen])
    await once(server.stdout, 'data')
    assert.equal(await inPod('shell', ...curl('http://198.18.77.2:7000/')), 'seen 198.18.77.1')
    server.kill()
    await once(server, 'exit')
  } finally {
    await run('ip', ['netns', 'delete', outside])
    await run('ip', ['link', 'delete', here]).catch(() => undefined)
  }
})

test('a pod reaches the API server by the name and certificate of its service', options, async () => {
  const ca = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt'
  assert.match(await inPod('shell', ...curl('--cacert', ca, 'https://kubernetes.default.svc/version')), /v1\.36/)
})

test(
  'a node that is added has a network of its own and reaches the first; deleted it leaves nothing',
  options,
  async () => {
    assert.equal((await home.ok(['node', 'add'])).trim(), 'node/node-2 added')
    const onSecond = echoPod('far', {app: 'echo'}, {nodeSelector: {'kubernetes.io/hostname': 'node-2'}})
    await home.ok(['apply', '-f', '-'], {stdin: JSON.stringify(onSecond)})
    await home.ok(['wait', '--for=condition=Ready', 'pod/far', '--timeout=45s'])
    const ips = async (pod: string): Promise<string[]> => (await field(`pod ${pod}`, '.status.podIPs[*].ip')).split(' ')
    const range = await field('node node-2', '.spec.podCIDR')
    const [farIp = ''] = await ips('far')
    assert.equal(farIp.split('.').slice(0, 3).join('.'), range.split('.').slice(0, 3).join('.'))
    for (const [from, to] of [
      ['shell', 'far'],
      ['far', 'echo'],
    ] as const)
      for (const ip of await ips(to))
        assert.match(await inPod(from, ...curl('-g', urlOf(ip).replace(/\/$/, ':8080/'))), new RegExp(`^${to} to `))
    // Both endpoints of the service, from both nodes.
    for (const pod of ['shell', 'far']) {
      const heard = new Set<string>()
      await until(`${pod} hears from both`, async () => {
        heard.add((await inPod(pod, ...curl('http://echo'))).split(' ')[0] ?? '')
        return heard.size === 2
      })
    }
    const bridge = (await run('ip', ['-br', 'address'])).stdout
      .split('\n')
      .find((line) => line.includes(` ${range.replace('0/24', '1/24')}`))
      ?.split(' ')[0]
    assert.ok(bridge)
    assert.match(await home.ok(['node', 'delete', 'node-2']), /node "node-2" deleted/)
    assert.doesNotMatch(await home.ok(['get', 'nodes']), /node-2/)
    assert.doesNotMatch((await run('ip', ['-br', 'link'])).stdout, new RegExp(bridge))
    assert.ok(!existsSync(join(home.home, 'mini', 'runtime', '2')))
    const first = await home.run(['node', 'delete', 'node-1'])
    assert.equal(first.code, 1)
    assert.match(first.stderr, /first node/)
  },
)

test('after kill -9 of the daemon connections of pods go on, and addresses stay', options, async () => {
  const addresses = (): Promise<string> => field('pods', '.items[*].status.podIPs')
  const before = await addresses()
  const ip = await field('pod echo', '.status.podIP')
  const [program, ...args] = curl('--no-buffer', `http://${ip}:8080/stream`)
  await inPod('shell', 'sh', '-c', `setsid ${program} ${args.join(' ')} > /tmp/stream 2>&1 &`)
  await until('the stream to flow', async () => (await inPod('shell', 'cat', '/tmp/stream')).includes('line 3'))
  await killDaemon(home)
  await home.ok(['start'])
  await until('the stream to end', async () => (await inPod('shell', 'cat', '/tmp/stream')).includes('line 40'))
  const lines = (await inPod('shell', 'cat', '/tmp/stream')).trim().split('\n')
  assert.deepEqual(
    lines,
    Array.from({length: 40}, (_, at) => `line ${at + 1}`),
  )
  assert.equal(await addresses(), before)
  await until('services to answer again', async () => (await inPod('shell', ...curl('http://echo'))).startsWith('echo'))
})

test('two profiles at once keep apart, and each goes without a trace', options, async () => {
  const other = (...words: string[]): Promise<string> => home.ok([...words, '--profile', 'other'])
  await other('start')
  await other('apply', '-f', sample)
  await other('rollout', 'status', 'deployment/web', '--timeout=45s')
  const rangeOf = async (...more: string[]): Promise<string> =>
    home.ok(['get', 'servicecidr', 'kubernetes', '-o', 'jsonpath={.spec.cidrs[0]}', ...more])
  const [mine, theirs] = [await rangeOf(), await rangeOf('--profile', 'other')]
  assert.notEqual(mine, theirs)
  const ip = await home.ok(['get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}', '--profile', 'other'])
  const {stdout} = await run('curl', ['-sS', '--max-time', '5', `http://${ip}`])
  assert.match(stdout, /^Hello from web-/)
  assert.match(await inPod('shell', ...curl('http://echo')), /^echo to /)
  const podRange = (
    await home.ok(['get', 'node', 'node-1', '-o', 'jsonpath={.spec.podCIDR}', '--profile', 'other'])
  ).replace('0/24', '1/24')
  const traces = async (): Promise<string[]> => {
    const {stdout: addresses} = await run('ip', ['-br', 'address'])
    const {stdout: routes} = await run('ip', ['route', 'show', 'table', 'local'])
    const claims = readdirSync('/run/mini/ranges').map((name) => readFileSync(join('/run/mini/ranges', name), 'utf8'))
    return [
      ...(addresses.includes(podRange) ? ['bridge'] : []),
      ...(routes.includes(`local ${theirs} `) ? ['route'] : []),
      ...(claims.includes(join(home.home, 'other')) ? ['range'] : []),
    ]
  }
  assert.deepEqual(await traces(), ['bridge', 'route', 'range'])
  await other('stop')
  assert.ok(!(await traces()).includes('route'))
  await home.ok(['profile', 'delete', 'other'])
  assert.deepEqual(await traces(), [])
  assert.match(await inPod('shell', ...curl('http://echo')), /^echo to /)
})
