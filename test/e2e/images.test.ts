import assert from 'node:assert/strict'
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {debianPackage} from '../helpers/debian.ts'
import {type DockerRegistry, startDockerRegistry} from '../helpers/docker-registry.ts'
import {startFaultyProxy} from '../helpers/faulty-proxy.ts'
import {writeFiles} from '../helpers/image-build.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {openTerminal} from '../helpers/terminal.ts'
import {hasBusybox} from '../helpers/test-registry.ts'
import {until} from '../helpers/until.ts'

const options = {skip: !(isRoot && hasBusybox) && 'needs root on Linux and busybox'}

let cluster: TestHome
let registry: DockerRegistry
let context = ''

const dockerfile =
  'FROM scratch\nCOPY busybox /bin/\nRUN ["/bin/busybox", "ln", "-s", "busybox", "/bin/sh"]\nENTRYPOINT ["/bin/busybox"]\n'

before(async () => {
  if (options.skip) return
  cluster = await startCluster({args: ['--addons', 'none', '--nodes', '2']})
  registry = await startDockerRegistry({password: true})
  context = join(cluster.env.HOME ?? '', 'context')
  const {program} = await debianPackage('busybox-static')
  writeFiles(context, {Dockerfile: dockerfile, 'notes.txt': 'notes'})
  writeFileSync(join(context, 'busybox'), readFileSync(program('busybox')), {mode: 0o755})
})

after(async () => {
  if (options.skip) return
  await cluster[Symbol.asyncDispose]()
  await registry[Symbol.asyncDispose]()
})

const phase = async (pod: string): Promise<string> => cluster.ok(['get', 'pod', pod, '-o', 'jsonpath={.status.phase}'])

const logIn = (): void => {
  const auth = Buffer.from('user:pass').toString('base64')
  const folder = join(cluster.env.HOME ?? '', '.docker')
  mkdirSync(folder, {recursive: true})
  writeFileSync(join(folder, 'config.json'), JSON.stringify({auths: {[registry.host]: {auth}}}))
}

const logOut = (): void => writeFileSync(join(cluster.env.HOME ?? '', '.docker', 'config.json'), '{}')

test('an image is built and run by pods of every node at once; lists show it as minikube does', options, async () => {
  const {stderr, stdout} = await cluster.run(['image', 'build', '-t', 'my/app:1', context])
  assert.match(stdout, /^sha256:[0-9a-f]{64}\n$/)
  assert.match(stderr, /^\[1\/3\] FROM scratch\n\[2\/3\] COPY busybox \/bin\/\n\[3\/3\] RUN /)
  for (const node of ['node-1', 'node-2']) {
    const overrides = JSON.stringify({spec: {nodeName: node}})
    await cluster.ok([
      'run',
      `on-${node}`,
      '--image',
      'my/app:1',
      '--restart',
      'Never',
      '--overrides',
      overrides,
      '--',
      'echo',
      node,
    ])
    await until(`${node} to run it`, async () => (await phase(`on-${node}`)) === 'Succeeded')
    assert.equal(await cluster.ok(['logs', `on-${node}`]), `${node}\n`)
  }
  const id = stdout.trim().replace('sha256:', '')
  assert.equal(await cluster.ok(['image', 'ls']), 'host:latest\ndocker.io/my/app:1\n')
  const table = await cluster.ok(['image', 'ls', '--format', 'table'])
  const rule = '|------------------|--------|---------------|---------|'
  assert.deepEqual(
    table.split('\n').filter((line) => line.startsWith('|--')),
    [rule, rule, rule],
  )
  assert.match(table, new RegExp(`\\| docker.io/my/app \\| 1      \\| ${id.slice(0, 13)} \\| [\\d.]+MB +\\|`))
  const [, image] = JSON.parse(await cluster.ok(['image', 'ls', '--format', 'json'])) as Record<string, unknown>[]
  assert.deepEqual({...image, size: ''}, {id, repoDigests: [], repoTags: ['docker.io/my/app:1'], size: ''})
  assert.match(
    await cluster.ok(['image', 'ls', '--format', 'yaml']),
    new RegExp(`^- id: ${id}\\n  repoDigests: \\[\\]\\n  repoTags:\\n  - docker.io/my/app:1\\n  size: "\\d+"`, 'm'),
  )
})

test('save to a file and to stdout, load from both; mistakes name the image and what is wrong', options, async () => {
  await cluster.ok(['image', 'save', 'my/app:1', 'saved.tar'])
  await cluster.ok(['image', 'tag', 'my/app:1', 'my/app:2'])
  assert.equal(await cluster.ok(['image', 'load', 'saved.tar']), 'docker.io/my/app:1\n')
  const script = `"$1" image save my/app:2 - | "$1" image load -`
  const both = await cluster.run(['-c', script, 'sh', cluster.mini], {program: 'sh'})
  assert.deepEqual([both.code, both.stdout], [0, 'docker.io/my/app:1\ndocker.io/my/app:2\n'])
  for (const [words, problem] of [
    [['rm', 'nope'], 'error: image "nope" not found\n'],
    [['save', 'nope', 'x.tar'], 'error: image "nope" not found\n'],
    [['save', 'host', 'x.tar'], 'error: image "host:latest" is this machine itself: it has no file\n'],
    [['rm', 'host'], 'error: image "host" is part of the cluster and cannot be removed\n'],
    [['load', './none.tar'], /error: the file "\.\/none\.tar" does not exist\n/],
    [['build', '-t', 'x', 'nowhere'], 'error: the folder "nowhere" does not exist\n'],
    [['build', '-t', 'UPPER', '.'], /there is no Dockerfile|invalid reference format/],
    [['ls', '--format', 'xml'], /error: unknown format "xml": use short, table, json, yaml\n/],
    [['tag', 'nope', 'x'], 'error: image "nope" not found\n'],
    [['push', `${registry.host}/none`], `error: image "${registry.host}/none" not found\n`],
  ] as const) {
    const {code, stderr} = await cluster.run(['image', ...words])
    assert.equal(code, 1, words.join(' '))
    if (typeof problem === 'string') assert.equal(stderr, problem)
    else assert.match(stderr, problem)
  }
})

test('a Dockerfile on stdin, one with another name, build arguments, a failing step', options, async () => {
  const built = await cluster.run(['image', 'build', '-t', 'from-stdin', '-'], {stdin: 'FROM host\nCMD ["true"]\n'})
  assert.equal(built.code, 0, built.stderr)
  writeFileSync(join(context, 'Other.dockerfile'), 'FROM my/app:1\nARG A\nRUN echo "A is $A"\nRUN exit 9\n')
  const failed = await cluster.run([
    'image',
    'build',
    '-f',
    join(context, 'Other.dockerfile'),
    '--build-arg',
    'A=b',
    context,
  ])
  assert.equal(failed.code, 1)
  assert.match(failed.stderr, /A is b\n/)
  assert.match(
    failed.stderr,
    /error: Other\.dockerfile:4: process "\/bin\/sh -c exit 9" did not complete successfully: exit code: 9\n$/,
  )
})

test(
  "pods pull with their secrets, their service account's, or what docker login left on the node; without, they say so",
  options,
  async () => {
    logIn()
    const name = `${registry.host}/private`
    for (const tag of ['one', 'two', 'three', 'none']) {
      await cluster.ok(['image', 'tag', 'my/app:1', `${name}:${tag}`])
      await cluster.ok(['image', 'push', `${name}:${tag}`])
      await cluster.ok(['image', 'rm', `${name}:${tag}`])
    }
    logOut()
    const run = (pod: string, tag: string, spec: object): Promise<string> =>
      cluster.ok([
        'run',
        pod,
        '--image',
        `${name}:${tag}`,
        '--restart',
        'Never',
        '--overrides',
        JSON.stringify({spec}),
        '--',
        'true',
      ])
    const pulled = (pod: string): Promise<unknown> =>
      until(`${pod} to run`, async () => (await phase(pod)) === 'Succeeded')
    await cluster.ok([
      'create',
      'secret',
      'docker-registry',
      'login',
      `--docker-server=${registry.host}`,
      '--docker-username=user',
      '--docker-password=pass',
    ])
    await run('with-secret', 'one', {imagePullSecrets: [{name: 'missing'}, {name: 'login'}]})
    await pulled('with-secret')
    const events = await cluster.ok([
      'get',
      'events',
      '--field-selector',
      'involvedObject.name=with-secret',
      '-o',
      'jsonpath={.items[*].message}',
    ])
    assert.match(
      events,
      /Unable to retrieve some image pull secrets \(missing\); attempting to pull the image may not succeed\./,
    )
    assert.match(events, new RegExp(`Successfully pulled image "${name}:one" in .*Image size: \\d+ bytes`))
    await run('with-nothing', 'none', {})
    await until('the refusal', async () => {
      const waiting = await cluster.ok([
        'get',
        'pod',
        'with-nothing',
        '-o',
        'jsonpath={.status.containerStatuses[0].state.waiting}',
      ])
      return /ErrImagePull|ImagePullBackOff/.test(waiting) && /401 Unauthorized/.test(waiting)
    })
    logIn()
    await run('with-login', 'two', {})
    await pulled('with-login')
    logOut()
    await cluster.ok(['create', 'serviceaccount', 'puller'])
    await cluster.ok(['patch', 'serviceaccount', 'puller', '-p', '{"imagePullSecrets":[{"name":"login"}]}'])
    await run('with-account', 'three', {serviceAccountName: 'puller'})
    await pulled('with-account')
  },
)

test(
  'a context may be an archive, on stdin too; what .dockerignore leaves out is not in it; helpers know the password',
  options,
  async () => {
    const home = cluster.env.HOME ?? ''
    const folder = join(home, 'other')
    writeFiles(folder, {
      Containerfile: 'FROM my/app:1\nCOPY . /all/\nRUN cd /all && echo *\n',
      '.dockerignore': 'secret\nContainerfile\n',
      secret: 's',
      open: 'o',
    })
    const packed = await cluster.run(['-c', 'cd other && tar -czf ../packed.tgz .'], {program: 'sh'})
    assert.equal(packed.code, 0, packed.stderr)
    const script =
      '"$1" image build -q other && "$1" image build other && "$1" image build packed.tgz && "$1" image build -q - < packed.tgz'
    const built = await cluster.run(['-c', script, 'sh', cluster.mini], {program: 'sh'})
    const ids = built.stdout.trim().split('\n')
    assert.deepEqual([built.code, ids.length, new Set(ids).size], [0, 4, 1], built.stderr)
    assert.match(built.stderr, /RUN cd \/all && echo \* \(cached\)/)
    await cluster.ok(['image', 'tag', ids[0] ?? '', 'seen'])
    await cluster.ok([
      'run',
      'seen',
      '--image',
      'seen',
      '--restart',
      'Never',
      '--image-pull-policy',
      'Never',
      '--',
      'ls',
      '-A',
      '/all',
    ])
    await until('it to run', async () => (await phase('seen')) === 'Succeeded')
    assert.equal(await cluster.ok(['logs', 'seen']), '.dockerignore\nopen\n')

    writeFiles(home, {'.docker/config.json': JSON.stringify({credHelpers: {[registry.host]: 'test'}})})
    const helper = join(home, 'docker-credential-test')
    writeFileSync(helper, '#!/bin/sh\ncat > /dev/null; echo \'{"Username":"user","Secret":"pass"}\'\n', {mode: 0o755})
    const env = {PATH: `${home}:${cluster.env.PATH}`}
    await cluster.ok(['image', 'build', '--push', '-t', `${registry.host}/helped`, 'other'], {env})
    await cluster.ok(['image', 'pull', `${registry.host}/helped`], {env})
    assert.match(
      (await cluster.run(['image', 'push', `${registry.host}/helped`], {env: {DOCKER_CONFIG: '/none'}})).stderr,
      /401/,
    )
  },
)

test('a pull shows how far it is on a terminal, and only there', options, async () => {
  await using open = await startDockerRegistry()
  await using proxy = await startFaultyProxy(open.host)
  await cluster.ok(['image', 'tag', 'my/app:1', `${open.host}/app`])
  await cluster.ok(['image', 'push', `${open.host}/app`])
  const forget = async (): Promise<void> => {
    await cluster.ok(['delete', 'pods', '--all', '--now'])
    await cluster.ok(['image', 'prune', '-a'])
  }
  await forget()
  proxy.faults = {slowly: {bytes: 65_536, ms: 40}}
  const quiet = await cluster.run(['image', 'pull', `${proxy.host}/app`])
  assert.deepEqual([quiet.code, quiet.stderr], [0, ''])
  await forget()
  await using terminal = await openTerminal({env: cluster.env})
  await terminal.enter(`${cluster.mini} image pull ${proxy.host}/app`)
  await terminal.shows(/\/app {2}[\d.]+[kM]?B of [\d.]+MB {2}\d of \d parts/)
  const {code, text} = await terminal.ended()
  assert.deepEqual([code, /^sha256:[0-9a-f]{64}$/m.test(text), text.includes('parts')], [0, true, false])
})

test('a stopped cluster has images, builds them, and its pods find them when it starts again', options, async () => {
  await cluster.ok(['stop'])
  await cluster.ok(['image', 'build', '-t', 'while/stopped', context])
  assert.match(await cluster.ok(['image', 'ls']), /docker\.io\/while\/stopped:latest\n/)
  const left = readdirSync(join(cluster.home, 'mini', 'images')).filter((name) => name.startsWith('building-'))
  assert.equal(left.length, 2, 'those of the two nodes')
  assert.deepEqual(readdirSync(join(cluster.home, 'mini', 'runtime', 'images-only')), [])
  await cluster.ok(['start'])
  await cluster.ok([
    'run',
    'after',
    '--image',
    'while/stopped',
    '--image-pull-policy',
    'Never',
    '--restart',
    'Never',
    '--',
    'echo',
    'here',
  ])
  await until('it to run', async () => (await phase('after')) === 'Succeeded')
  assert.equal(await cluster.ok(['logs', 'after']), 'here\n')
})
