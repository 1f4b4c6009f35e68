// What Kubernetes' own node and storage tests ask of a kubelet, beyond what the other files here show.
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {after, before, test} from 'node:test'
import {configMaps, nodes, pods, secrets, services} from '../../src/api/resources.ts'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {type HostPods, hostContainer, hostPods, isOver, isReady, mainStatus, podOf} from '../helpers/host-pods.ts'
import {isRoot} from '../helpers/mini-cri.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
const namespace = 'default'
let home: TestHome
let cluster: HostPods

before(async () => {
  if (!isRoot) return
  home = await startCluster({args: ['--addons', 'none'], kubelet: {allowedUnsafeSysctls: ['kernel.msgmax']}})
  cluster = await hostPods(home)
})
after(() => home?.[Symbol.asyncDispose]())

const once = {restartPolicy: 'Never'}
const waitsWith = (name: string, reason: string) =>
  cluster.until(name, (pod) => mainStatus(pod)?.state?.waiting?.reason === reason)
test('the downward API names the pod and its resources, in variables and in files', options, async () => {
  const node = (await cluster.client.list(nodes)).items[0]
  const resource = (name: string, which: string, divisor?: string) => ({
    name,
    valueFrom: {resourceFieldRef: {resource: which, ...(divisor ? {divisor} : {})}},
  })
  const field = (name: string, fieldPath: string) => ({name, valueFrom: {fieldRef: {fieldPath}}})
  const output = await cluster.run(
    podOf(
      'down',
      hostContainer(
        'echo "$NAME $NS $CPU $CPU_M $MEM $REQ $ALL_CPU"; echo "$UID_ $IP $HOST $HOSTS $NODE"; cat /info/cpu /info/all; ls -l /info/..data/cpu | cut -c1-10',
        {
          resources: {limits: {cpu: '1250m'}, requests: {cpu: '250m', memory: '32Mi'}},
          env: [
            field('NAME', 'metadata.name'),
            field('NS', 'metadata.namespace'),
            field('UID_', 'metadata.uid'),
            field('IP', 'status.podIP'),
            field('HOST', 'status.hostIP'),
            field('HOSTS', 'status.hostIPs'),
            field('NODE', 'spec.nodeName'),
            resource('CPU', 'limits.cpu'),
            resource('CPU_M', 'limits.cpu', '1m'),
            resource('MEM', 'requests.memory', '1Mi'),
            resource('REQ', 'requests.cpu', '1m'),
            resource('ALL_CPU', 'limits.memory', '1Mi'),
          ],
          volumeMounts: [{name: 'info', mountPath: '/info'}],
        },
      ),
      {
        ...once,
        volumes: [
          {
            name: 'info',
            downwardAPI: {
              items: [
                {
                  path: 'cpu',
                  mode: 0o400,
                  resourceFieldRef: {containerName: 'main', resource: 'limits.cpu', divisor: '1m'},
                },
                {path: 'all', resourceFieldRef: {containerName: 'main', resource: 'limits.memory', divisor: '1Mi'}},
              ],
            },
          },
        ],
      },
    ),
  )
  const allocatable = Math.ceil(Number(node?.status?.allocatable?.memory?.replace('Ki', '')) / 1024)
  const {metadata, status} = await cluster.client.get(pods, {namespace, name: 'down'})
  assert.equal(
    output,
    `down default 2 1250 32 250 ${allocatable}\n${metadata.uid} ${status?.podIP} ${status?.hostIP} ${status?.hostIPs?.map(({ip}) => ip).join(',')} node-1\n1250${allocatable}-r--------\n`,
  )
})

test('labels and annotations in files follow the pod', options, async () => {
  const container = hostContainer('while true; do cat /info/labels /info/note; echo; sleep 0.1; done', {
    volumeMounts: [{name: 'info', mountPath: '/info'}],
  })
  const item = (path: string, fieldPath: string) => ({path, fieldRef: {fieldPath}})
  await cluster.client.create(
    pods,
    podOf('labelled', container, {
      metadata: {labels: {a: '1'}, annotations: {note: 'first'}},
      volumes: [
        {
          name: 'info',
          downwardAPI: {items: [item('labels', 'metadata.labels'), item('note', "metadata.annotations['note']")]},
        },
      ],
    }),
  )
  await cluster.says('labelled', 'a="1"first')
  const body = {metadata: {labels: {a: '2'}, annotations: {note: 'second'}}}
  await cluster.client.patch(pods, {namespace, name: 'labelled'}, {type: 'merge', body})
  await cluster.says('labelled', 'a="2"second')
})

test('optional maps and secrets appear, change and go in volumes that run', options, async () => {
  const script =
    'while true; do for f in /map/data /key/data /all/x; do cat $f 2> /dev/null || echo -n none; echo -n " "; done; echo; sleep 0.1; done'
  const mounts = ['map', 'key', 'all'].map((name) => ({name, mountPath: `/${name}`}))
  await cluster.client.create(configMaps, {metadata: {name: 'goes', namespace}, data: {data: 'old'}})
  await cluster.client.create(
    pods,
    podOf('optional', hostContainer(script, {volumeMounts: mounts}), {
      volumes: [
        {name: 'map', configMap: {name: 'goes', optional: true}},
        {name: 'key', secret: {secretName: 'comes', optional: true}},
        {
          name: 'all',
          projected: {sources: [{configMap: {name: 'later', optional: true, items: [{key: 'k', path: 'x'}]}}]},
        },
      ],
    }),
  )
  await cluster.says('optional', 'old none none')
  await cluster.client.create(secrets, {metadata: {name: 'comes', namespace}, stringData: {data: 'new'}})
  await cluster.says('optional', 'old new none')
  await cluster.client.create(configMaps, {
    metadata: {name: 'later', namespace},
    binaryData: {k: Buffer.from('X').toString('base64')},
  })
  await cluster.says('optional', 'old new X')
  await cluster.client.delete(configMaps, {namespace, name: 'goes'})
  await cluster.says('optional', 'none new X')
})

test('a subpath may come from variables, not lead out, and is tried again with what changed', options, async () => {
  const mount = (subPathExpr: string) => ({volumeMounts: [{name: 'work', mountPath: '/work', subPathExpr}]})
  const volumes = [{name: 'work', emptyDir: {}}]
  const env = [
    {name: 'ABSOLUTE', value: '/tmp'},
    {name: 'NAME', valueFrom: {fieldRef: {fieldPath: 'metadata.name'}}},
    {name: 'NOTE', valueFrom: {fieldRef: {fieldPath: "metadata.annotations['note']"}}},
  ]
  const pod = (name: string, expression: string) =>
    podOf(name, hostContainer('grep -o "[^ ]* /work " /proc/self/mountinfo', {...mount(expression), env}), {
      ...once,
      volumes,
    })
  for (const [name, expression, message] of [
    ['absolute', '$(ABSOLUTE)', 'error SubPath `/tmp` must not be an absolute path'],
    ['missing', '$(NOBODY)', 'missing value for "NOBODY"'],
  ] as const) {
    await cluster.client.create(pods, pod(name, expression))
    const {status} = await waitsWith(name, 'CreateContainerConfigError')
    assert.equal(status?.containerStatuses?.[0]?.state?.waiting?.message, message)
  }
  await cluster.client.create(pods, pod('later', '$(NOTE)/$(NAME)'))
  await waitsWith('later', 'CreateContainerConfigError')
  const body = {metadata: {annotations: {note: 'here'}}}
  await cluster.client.patch(pods, {namespace, name: 'later'}, {type: 'merge', body})
  await cluster.until('later', isOver)
  assert.match(await cluster.logs('later'), /work\/here\/later \/work/)
})

test('a message of the end can be written by anybody, anywhere, or be the end of the log', options, async () => {
  const messageOf = async (name: string) => mainStatus(await cluster.until(name, isOver))?.state?.terminated?.message
  const custom = hostContainer('echo -n DONE > /dev/my-own-log', {
    terminationMessagePath: '/dev/my-own-log',
    securityContext: {runAsUser: 10_000},
  })
  const fallback = (script: string) => hostContainer(script, {terminationMessagePolicy: 'FallbackToLogsOnError'})
  await cluster.client.create(pods, podOf('said', custom, once))
  await cluster.client.create(pods, podOf('logged', fallback('echo -n LOGGED; exit 1'), once))
  await cluster.client.create(pods, podOf('quiet', fallback('echo fine'), once))
  assert.equal(await messageOf('said'), 'DONE')
  assert.equal(await messageOf('logged'), 'LOGGED')
  assert.equal(await messageOf('quiet'), undefined)
})

test(
  "hosts files are the kubelet's, on the machine's network too, unless the container brings its own",
  options,
  async () => {
    const hostAliases = [{ip: '123.45.67.89', hostnames: ['foo.local', 'bar.local']}]
    const aliases = '\n# Entries added by HostAliases.\n123.45.67.89\tfoo.local\tbar.local\n'
    const own = await cluster.run(podOf('aliases', hostContainer('cat /etc/hosts'), {...once, hostAliases}))
    assert.ok(own.startsWith('# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n'), own)
    assert.ok(own.endsWith(aliases), own)
    assert.match(own, /\n\d+\.\d+\.\d+\.\d+\taliases\n/)
    const shared = await cluster.run(
      podOf('shared', hostContainer('cat /etc/hosts'), {...once, hostAliases, hostNetwork: true}),
    )
    assert.equal(
      shared,
      `# Kubernetes-managed hosts file (host network).\n${readFileSync('/etc/hosts', 'utf8')}${aliases}`,
    )
    const mine = hostContainer('cat /etc/hosts', {volumeMounts: [{name: 'hosts', mountPath: '/etc/hosts'}]})
    const brought = await cluster.run(
      podOf('brought', mine, {...once, volumes: [{name: 'hosts', hostPath: {path: '/etc/hosts', type: 'File'}}]}),
    )
    assert.equal(brought, readFileSync('/etc/hosts', 'utf8'))
  },
)

test('empty folders have the mode that everybody may use, on disk and in memory', options, async () => {
  const script =
    'for d in /disk /memory; do stat -c "%A %u %g" $d; echo x > $d/f; done; stat -f -c %T /memory; df -k /memory | tail -1 | awk "{print \\$2}"'
  const output = await cluster.run(
    podOf(
      'empty',
      hostContainer(script, {
        securityContext: {runAsUser: 1001},
        volumeMounts: [
          {name: 'disk', mountPath: '/disk'},
          {name: 'memory', mountPath: '/memory'},
        ],
      }),
      {
        ...once,
        volumes: [
          {name: 'disk', emptyDir: {}},
          {name: 'memory', emptyDir: {medium: 'Memory', sizeLimit: '1Mi'}},
        ],
      },
    ),
  )
  assert.equal(output, 'drwxrwxrwx 0 0\ndrwxrwxrwx 0 0\ntmpfs\n1024\n')
})

test('a container sees a service of its namespace in its environment', options, async () => {
  await cluster.client.create(services, {
    metadata: {name: 'fooservice', namespace},
    spec: {selector: {app: 'none'}, ports: [{port: 8765, targetPort: 8080}]},
  })
  const service = await cluster.client.get(services, {namespace, name: 'fooservice'})
  const ip = service.spec?.clusterIP
  const output = await cluster.run(podOf('env', hostContainer('env | grep FOOSERVICE | sort'), once))
  assert.equal(
    output,
    [
      `FOOSERVICE_PORT=tcp://${ip}:8765`,
      `FOOSERVICE_PORT_8765_TCP=tcp://${ip}:8765`,
      `FOOSERVICE_PORT_8765_TCP_ADDR=${ip}`,
      'FOOSERVICE_PORT_8765_TCP_PORT=8765',
      'FOOSERVICE_PORT_8765_TCP_PROTO=tcp',
      `FOOSERVICE_SERVICE_HOST=${ip}`,
      'FOOSERVICE_SERVICE_PORT=8765',
      '',
    ].join('\n'),
  )
})

test('sysctls are those of the pod', options, async () => {
  const sysctls = [
    {name: 'kernel.shm_rmid_forced', value: '1'},
    {name: 'net.ipv4.ip_local_port_range', value: '20000 21000'},
    {name: 'kernel.msgmax', value: '9000'},
  ]
  const script = 'cd /proc/sys; cat kernel/shm_rmid_forced net/ipv4/ip_local_port_range kernel/msgmax'
  const output = await cluster.run(podOf('tuned', hostContainer(script), {...once, securityContext: {sysctls}}))
  assert.equal(output, '1\n20000\t21000\n9000\n')
})

test('hooks run where they are asked to, after the start and before the end', options, async () => {
  const server = `const http = require('http'); http.createServer((q, s) => {console.log(q.url, q.headers['x-hook']); s.end('ok')}).listen(8080)`
  await cluster.client.create(pods, podOf('listens', {...hostContainer(''), command: [process.execPath, '-e', server]}))
  const listens = await cluster.until('listens', isReady)
  const call = (path: string) => ({
    httpGet: {
      host: listens.status?.podIP ?? '',
      path,
      port: 8080,
      httpHeaders: [{name: 'X-Hook', value: path.slice(1)}],
    },
  })
  const lifecycle = {postStart: call('/started'), preStop: call('/stopping')}
  await cluster.client.create(pods, podOf('hooked', hostContainer('exec sleep 1000', {lifecycle})))
  await cluster.until('hooked', isReady)
  await cluster.says('listens', '/started started')
  await cluster.client.delete(pods, {namespace, name: 'hooked'})
  await cluster.gone('hooked')
  await cluster.says('listens', '/stopping stopping')
})

test("a container's terminal has a name in it", options, async () => {
  const output = await cluster.run(podOf('terminal', hostContainer('tty', {tty: true, stdin: true}), once))
  assert.equal(output, '/dev/console\r\n')
})

test('observedGeneration follows the pod, and a deadline can be given later', options, async () => {
  await cluster.client.create(pods, podOf('deadline', hostContainer('exec sleep 1000')))
  await cluster.until('deadline', isReady)
  const body = {spec: {activeDeadlineSeconds: 1}}
  const {metadata} = await cluster.client.patch(pods, {namespace, name: 'deadline'}, {type: 'merge', body})
  assert.equal(metadata.generation, 2)
  const over = await cluster.until('deadline', isOver)
  assert.deepEqual([over.status?.reason, over.status?.observedGeneration], ['DeadlineExceeded', 2])
  assert.ok(over.status?.conditions?.every(({observedGeneration}) => observedGeneration === 2))
})
