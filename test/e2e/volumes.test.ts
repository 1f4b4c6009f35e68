// Volumes' ownership and mounts inside mounts, and containers that start over together, on a real daemon.
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {chownSync, existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {persistentVolumeClaims, persistentVolumes, pods, runtimeClasses, secrets} from '../../src/api/resources.ts'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {type HostPods, hostContainer, hostPods, isReady, mainStatus, podOf} from '../helpers/host-pods.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {tempFolder} from '../helpers/temp.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
const namespace = 'default'
let home: TestHome
let cluster: HostPods
let folder: ReturnType<typeof tempFolder>

before(async () => {
  if (!isRoot) return
  folder = tempFolder()
  home = await startCluster({args: ['--addons', 'none']})
  cluster = await hostPods(home)
})
after(async () => {
  await home?.[Symbol.asyncDispose]()
  if (!folder) return
  for (const name of ['shared', 'ro/inside'])
    execFileSync('sh', ['-c', `umount -R ${join(folder.path, name)} 2> /dev/null; true`])
  folder[Symbol.dispose]()
})

const localVolume = async (name: string, path: string): Promise<void> => {
  const hostname = {key: 'kubernetes.io/hostname', operator: 'Exists'}
  await cluster.client.create(persistentVolumes, {
    metadata: {name},
    spec: {
      capacity: {storage: '1Mi'},
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'by-hand',
      local: {path},
      nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [hostname]}]}},
    },
  })
  await cluster.client.create(persistentVolumeClaims, {
    metadata: {name, namespace},
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'by-hand',
      volumeName: name,
      resources: {requests: {storage: '1Mi'}},
    },
  })
}

test(
  'what a volume holds already is given to the group of the pod, and not looked into when its top is right',
  options,
  async () => {
    const path = join(folder.path, 'local')
    mkdirSync(join(path, 'inside'), {recursive: true, mode: 0o700})
    writeFileSync(join(path, 'inside', 'file'), 'x', {mode: 0o600})
    await localVolume('given', path)
    const pod = (name: string, fsGroupChangePolicy: string) =>
      podOf(
        name,
        hostContainer('id -G; cat /data/inside/file; echo y >> /data/inside/file', {
          volumeMounts: [{name: 'data', mountPath: '/data'}],
        }),
        {
          restartPolicy: 'Never',
          securityContext: {
            runAsUser: 1000,
            runAsGroup: 1000,
            fsGroup: 4242,
            supplementalGroups: [77],
            fsGroupChangePolicy,
          },
          volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'given'}}],
        },
      )
    assert.equal(await cluster.run(pod('always', 'Always')), '1000 77 4242\nx')
    const file = statSync(join(path, 'inside', 'file'))
    assert.deepEqual([file.gid, file.mode & 0o777], [4242, 0o660])
    assert.equal(statSync(path).mode & 0o7777, 0o2770)
    chownSync(join(path, 'inside', 'file'), 0, 0)
    await cluster.run(pod('mismatch', 'OnRootMismatch'))
    assert.equal(statSync(join(path, 'inside', 'file')).gid, 0, 'left alone')
  },
)

test('files of a secret are readable for the group of the pod, whatever their mode says', options, async () => {
  await cluster.client.create(secrets, {metadata: {name: 'key', namespace}, stringData: {key: 'hidden'}})
  const output = await cluster.run(
    podOf(
      'reads',
      hostContainer('cat /key/key; stat -L -c " %a %g" /key/key', {
        volumeMounts: [{name: 'key', mountPath: '/key', readOnly: true}],
      }),
      {
        restartPolicy: 'Never',
        securityContext: {runAsUser: 1000, fsGroup: 1001},
        volumes: [{name: 'key', secret: {secretName: 'key', defaultMode: 0o400}}],
      },
    ),
  )
  assert.equal(output, 'hidden 440 1001\n')
})

test('a mount that is read-only all the way down is so in other mounts inside it', options, async () => {
  const path = join(folder.path, 'ro')
  mkdirSync(join(path, 'inside'), {recursive: true})
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(path, 'inside')])
  const pod = (name: string, recursiveReadOnly: string) =>
    podOf(
      name,
      hostContainer('touch /data/a 2>/dev/null || echo top; touch /data/inside/a 2>/dev/null || echo inside', {
        volumeMounts: [{name: 'data', mountPath: '/data', readOnly: true, recursiveReadOnly}],
      }),
      {restartPolicy: 'Never', volumes: [{name: 'data', hostPath: {path}}]},
    )
  assert.equal(await cluster.run(pod('only-top', 'Disabled')), 'top\n')
  assert.equal(await cluster.run(pod('all-the-way', 'Enabled')), 'top\ninside\n')
  const {status} = await cluster.client.get(pods, {namespace, name: 'all-the-way'})
  assert.equal(status?.containerStatuses?.[0]?.volumeMounts?.[0]?.recursiveReadOnly, 'Enabled')
})

test('mounts travel between the machine and containers as their propagation says', options, async () => {
  const path = join(folder.path, 'shared')
  mkdirSync(path)
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', path])
  execFileSync('mount', ['--make-rshared', path])
  mkdirSync(join(path, 'from-container'))
  mkdirSync(join(path, 'from-machine'))
  const watcher = 'until [ -e /data/from-container/mark -a -e /data/from-machine/mark ]; do sleep 0.05; done; echo seen'
  const volumes = [{name: 'data', hostPath: {path}}]
  const mount = (mountPropagation: string) => ({volumeMounts: [{name: 'data', mountPath: '/data', mountPropagation}]})
  await cluster.client.create(
    pods,
    podOf('watches', hostContainer(watcher, mount('HostToContainer')), {restartPolicy: 'Never', volumes}),
  )
  await cluster.until('watches', isReady)
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(path, 'from-machine')])
  writeFileSync(join(path, 'from-machine', 'mark'), '')
  const script = 'mount -t tmpfs tmpfs /data/from-container && touch /data/from-container/mark && exec sleep 1000'
  await cluster.client.create(
    pods,
    podOf('mounts', hostContainer(script, {...mount('Bidirectional'), securityContext: {privileged: true}}), {volumes}),
  )
  await cluster.until('watches', ({status}) => status?.phase === 'Succeeded')
  assert.equal(existsSync(join(path, 'from-container', 'mark')), true, 'the machine sees it')
  assert.equal(await cluster.logs('watches'), 'seen\n')
  const mounted = execFileSync('findmnt', ['-rno', 'TARGET']).toString()
  assert.equal(mounted.includes('/root/proc'), false, "a container's root is not mounted on the machine")
})

test('a class of runtime names its handler; a class that has none of the runtime is an event', options, async () => {
  await cluster.client.create(runtimeClasses, {metadata: {name: 'odd'}, handler: 'nobody-has-this'})
  await cluster.client.create(pods, podOf('odd', hostContainer('true'), {runtimeClassName: 'odd'}))
  const failed = async () => (await cluster.events('odd')).find(({reason}) => reason === 'FailedCreatePodSandBox')
  let event = await failed()
  while (!event) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    event = await failed()
  }
  assert.match(event.message ?? '', /no runtime for "nobody-has-this" is configured/)
})

test('a rule has the whole pod start over when a container ends so', options, async () => {
  const once = 'n=$(cat /work/n 2>/dev/null || echo 0); echo $((n + 1)) > /work/n'
  const mount = {volumeMounts: [{name: 'work', mountPath: '/work'}]}
  await cluster.client.create(
    pods,
    podOf(
      'together',
      hostContainer('[ "$(cat /work/n)" = 2 ] && exec sleep 1000; sleep 0.3; exit 42', {
        ...mount,
        restartPolicy: 'Never',
        restartPolicyRules: [{action: 'RestartAllContainers', exitCodes: {operator: 'In', values: [42]}}],
      }),
      {
        restartPolicy: 'Never',
        initContainers: [hostContainer(once, {...mount, name: 'init'})],
        volumes: [{name: 'work', emptyDir: {}}],
      },
    ),
  )
  const again = await cluster.until('together', (pod) => mainStatus(pod)?.restartCount === 1 && isReady(pod))
  assert.equal(again.status?.initContainerStatuses?.[0]?.restartCount, 1)
  assert.equal(mainStatus(again)?.lastState?.terminated?.exitCode, 42)
})

test('an image is a volume, whole or in part, to be read and not to be run', options, async () => {
  const source = join(folder.path, 'source')
  mkdirSync(join(source, 'dir'), {recursive: true})
  writeFileSync(join(source, 'Dockerfile'), 'FROM scratch\nCOPY a /a\nCOPY dir /dir\n')
  writeFileSync(join(source, 'a'), 'A')
  writeFileSync(join(source, 'dir', 'run'), '#!/bin/sh\necho ran\n', {mode: 0o755})
  await home.ok(['image', 'build', '-t', 'data:1', source])
  const script =
    'cat /whole/a; cat /part; touch /whole/b 2>/dev/null || echo read-only; /whole/dir/run 2>/dev/null || echo no-exec'
  const volumeMounts = [
    {name: 'data', mountPath: '/whole'},
    {name: 'data', mountPath: '/part', subPath: 'a'},
  ]
  const volumes = [{name: 'data', image: {reference: 'data:1', pullPolicy: 'IfNotPresent'}}]
  const output = await cluster.run(
    podOf('reads-image', hostContainer(script, {volumeMounts}), {restartPolicy: 'Never', volumes}),
  )
  assert.equal(output, 'AAread-only\nno-exec\n')
  const missing = {name: 'data', image: {reference: 'none:1', pullPolicy: 'Never'}}
  await cluster.client.create(pods, podOf('lacks-image', hostContainer(script, {volumeMounts}), {volumes: [missing]}))
  const {status} = await cluster.until(
    'lacks-image',
    (pod) => mainStatus(pod)?.state?.waiting?.reason === 'ErrImageNeverPull',
  )
  assert.equal(
    status?.containerStatuses?.[0]?.state?.waiting?.message,
    'Container image "none:1" is not present with pull policy of Never',
  )
})
