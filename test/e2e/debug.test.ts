// The pods `debug` makes, beside those of the real kubectl: profiles, copies, custom profiles and complaints.
import assert from 'node:assert/strict'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {realKubectl} from '../helpers/real-kubectl.ts'
import {until} from '../helpers/until.ts'

const probe = {exec: {command: ['true']}}
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name: 'web', labels: {app: 'web'}, annotations: {note: 'n'}},
  spec: {
    // Simulated nodes run it; nothing may change while it is compared.
    nodeSelector: {none: 'none'},
    containers: [
      {name: 'main', image: 'busybox', livenessProbe: probe, securityContext: {capabilities: {add: ['CHOWN']}}},
      {name: 'side', image: 'busybox'},
    ],
  },
}
const files = {
  'custom.yaml': 'env:\n- {name: A, value: b}\nsecurityContext: {runAsUser: 3}\n',
  'custom.json': '{"volumeMounts":[{"name":"host-root","mountPath":"/rootfs"}]}',
  'fixed.yaml': 'name: x\n',
}

const image = ['--image=busybox', '--attach=false']
const copy = ['web', '--copy-to=copy', '--attach=false']
const profiles = ['legacy', 'general', 'baseline', 'restricted', 'netadmin', 'sysadmin']
const cases: readonly (readonly string[])[] = [
  ...profiles.flatMap((profile) => [
    ['web', '-c', 'dbg', `--profile=${profile}`, ...image, '--', 'sh'],
    [...copy, '-c', 'main', `--profile=${profile}`, '--', 'sh'],
    ['node/node-1', `--profile=${profile}`, ...image],
  ]),
  [...copy, '--profile=general', '--image=busybox', '--', 'sh', '-x'],
  [...copy, '--profile=general', '--image=busybox', '--share-processes=false', '--keep-labels', '--keep-liveness'],
  [...copy, '--profile=general', '--set-image=*=nginx'],
  [
    ...copy,
    '--profile=general',
    '--image=nginx',
    '--env=A=b',
    '--image-pull-policy=Always',
    '--arguments-only',
    '--',
    'x',
  ],
  ['web', '--profile=general', '--custom=custom.yaml', ...image],
  [...copy, '--profile=general', '--custom=custom.yaml', '--image=busybox'],
  ['node/node-1', '--profile=sysadmin', '--custom=custom.json', ...image],
  ['web', '--profile=general', '--custom=fixed.yaml', ...image],
  ['web', '--profile=general', '--custom=absent.yaml', ...image],
  ['web', '--profile=general', '--target=main', ...image],
  ['web', '--profile=general', '--env=bad', ...image],
  ['web', '--profile=none', ...image],
  ['web', '--profile=general', '-t', ...image],
  ['web', '--profile=general'],
  ['absent', '--profile=general', ...image],
]

const comparable = (text: string): string =>
  text
    .replace(/node-debugger-node-1-\w{5}/g, 'node-debugger')
    .replace(/debugger-\w{5}\b/g, 'debugger')
    .replace(/kube-api-access-\w{5}/g, 'kube-api-access')

interface Pods {
  readonly items: readonly {readonly metadata: Record<string, unknown>; readonly spec: unknown}[]
}

const play = async (
  cluster: TestHome,
  program: string,
  args: readonly string[],
  namespace: string,
): Promise<string> => {
  const folder = join(cluster.home, namespace)
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const words = args.map((word) => word.replace('--custom=', `--custom=${folder}/`))
  const kubectl = program === cluster.mini ? ['kubectl', '--'] : []
  const {code, stdout, stderr} = await cluster.run(
    [...kubectl, 'debug', '--kubeconfig', cluster.kubeconfig, '-n', namespace, ...words],
    {program},
  )
  const answer = await cluster.ok(['get', '--raw', `/api/v1/namespaces/${namespace}/pods`])
  const {items} = JSON.parse(answer) as Pods
  const pods = items.map(({metadata: {name, labels, annotations}, spec}) => ({name, labels, annotations, spec}))
  const text = `exit ${code}\n${stdout}\n${stderr}\n${JSON.stringify(pods, undefined, 1)}`
  return comparable(text.replaceAll(folder, 'FOLDER').replaceAll(namespace, 'NAMESPACE'))
}

test('debug', async (t) => {
  await using cluster = await startCluster({args: ['--runtime', 'simulated', '--addons', 'none']})
  const kubectl = await realKubectl()
  const namespaces = cases.flatMap((_, index) => [`real-${index}`, `mini-${index}`])
  const create = (items: readonly object[]): Promise<string> =>
    cluster.ok(['create', '-f', '-'], {stdin: JSON.stringify({apiVersion: 'v1', kind: 'List', items})})
  await create(namespaces.map((name) => ({apiVersion: 'v1', kind: 'Namespace', metadata: {name}})))
  await until('the service accounts', async () => {
    const accounts = await cluster.ok(['get', 'serviceaccounts', '-A', '-o', 'name'])
    return (accounts.match(/\/default$/gm)?.length ?? 0) >= namespaces.length
  })
  await create(namespaces.map((namespace) => ({...pod, metadata: {...pod.metadata, namespace}})))
  for (const [index, args] of cases.entries())
    await t.test(`debug ${args.join(' ')} is the real kubectl's`, async () => {
      const [real, mini] = await Promise.all([
        play(cluster, kubectl, args, `real-${index}`),
        play(cluster, cluster.mini, args, `mini-${index}`),
      ])
      assert.equal(mini, real)
    })
})
