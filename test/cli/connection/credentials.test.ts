import assert from 'node:assert/strict'
import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import http from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {test} from 'node:test'
import {credentialsOf, isAnonymous} from '../../../src/cli/connection/credentials.ts'
import {impersonation} from '../../../src/cli/connection/impersonation.ts'
import {inClusterConfig} from '../../../src/cli/connection/in-cluster.ts'
import type {Selected} from '../../../src/cli/connection/selected.ts'
import type {GlobalValues} from '../../../src/cli/global-flags.ts'
import {loadKubeconfig, type User} from '../../../src/cli/kubeconfig/kubeconfig.ts'
import {scriptedIo} from '../../helpers/scripted-io.ts'
import {tempFolder} from '../../helpers/temp.ts'

const globals = (more: Partial<GlobalValues> = {}): GlobalValues =>
  ({kubeconfig: '', kuberc: '', as: '', 'as-uid': '', 'as-group': [], 'as-user-extra': [], ...more}) as GlobalValues

const selected = (user: User): Selected => ({
  cluster: {server: 'https://api.test', extensions: [{name: 'client.authentication.k8s.io/exec', extension: {a: 1}}]},
  user,
  userName: 'u',
  clusterName: 'c',
  namespace: 'default',
})

const plugin = (folder: string, script: string): string => {
  const file = join(folder, 'plugin')
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return file
}

const answer = (status: string): string =>
  `echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":${status}}'`

const exec = (command: string, more: object = {}): User => ({
  exec: {command, apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never', ...more},
})

test('a credential plugin is run once, told of the cluster where it wants to know, and again when its token is over', async () => {
  using folder = tempFolder()
  const command = plugin(
    folder.path,
    `echo "$KUBERNETES_EXEC_INFO $EXTRA" >> "${folder.path}/runs"\nn=$(wc -l < "${folder.path}/runs")\necho '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t'$n'","expirationTimestamp":"1970-01-01T00:00:01Z"}}'`,
  )
  let now = 0
  const io = {...scriptedIo({env: {PATH: process.env.PATH}, cwd: folder.path}), now: () => now}
  const user = exec(command, {provideClusterInfo: true, env: [{name: 'EXTRA', value: 'more'}]})
  const credentials = await credentialsOf(selected(user), {globals: globals(), io})
  assert.deepEqual(await credentials.headers(), {authorization: 'Bearer t1'})
  assert.deepEqual(await credentials.headers(), {authorization: 'Bearer t1'})
  now = 2000
  assert.deepEqual(await credentials.headers(), {authorization: 'Bearer t2'})
  const [first = ''] = readFileSync(join(folder.path, 'runs'), 'utf8').split('\n')
  assert.equal(
    first,
    '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"cluster":{"server":"https://api.test","config":{"a":1}},"interactive":false}} more',
  )
})

const refused: [string, User, RegExp][] = [
  [
    'without an interactive mode',
    exec('x', {interactiveMode: ''}),
    /^interactiveMode must be specified for u to use exec authentication plugin$/,
  ],
  [
    'with an interactive mode nobody knows',
    exec('x', {interactiveMode: 'Maybe'}),
    /^invalid interactiveMode for u: "Maybe"$/,
  ],
  ['of a version nobody knows', exec('x', {apiVersion: 'a/v9'}), /^exec plugin: invalid apiVersion "a\/v9"$/],
  [
    'that is not there',
    exec('mini-none', {installHint: 'get it'}),
    /^getting credentials: exec: executable mini-none not found\n[\s\S]*\n\nget it$/,
  ],
  ['that fails', exec('false'), /^getting credentials: exec: executable false failed with exit code 1$/],
  ['that must ask where nobody is', exec('true', {interactiveMode: 'Always'}), /standard input is not a terminal$/],
]
for (const [what, user, message] of refused)
  test(`a credential plugin ${what} is refused`, async () => {
    const io = scriptedIo({env: {PATH: process.env.PATH, HOME: '/none'}})
    await assert.rejects(credentialsOf(selected(user), {globals: globals(), io}), {message})
  })

test('half a key pair is no credential', async () => {
  using folder = tempFolder()
  const command = plugin(folder.path, answer('{"clientCertificateData":"x"}'))
  const io = scriptedIo({env: {PATH: process.env.PATH}, cwd: folder.path})
  await assert.rejects(credentialsOf(selected(exec(command)), {globals: globals(), io}), {
    message: 'getting credentials: exec plugin returned only certificate or key, not both',
  })
})

test('the policy of the kuberc decides which plugins run', async () => {
  using folder = tempFolder()
  const command = plugin(folder.path, answer('{"token":"t"}'))
  const io = scriptedIo({env: {PATH: process.env.PATH, HOME: folder.path}, cwd: folder.path})
  const policy = (text: string): void => {
    mkdirSync(join(folder.path, '.kube'), {recursive: true})
    writeFileSync(
      join(folder.path, '.kube', 'kuberc'),
      `apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n${text}`,
    )
  }
  const attempt = () => credentialsOf(selected(exec(command)), {globals: globals(), io})
  policy('credentialPluginPolicy: DenyAll\n')
  await assert.rejects(attempt(), {
    message: `getting credentials: plugin "${command}" not allowed: policy set to "DenyAll"`,
  })
  policy('credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: other}]\n')
  await assert.rejects(attempt(), /is not permitted by the credential plugin allowlist/)
  policy('credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: plugin}]\n')
  assert.deepEqual(await (await attempt()).headers(), {authorization: 'Bearer t'})
})

const jwt = (exp: number): string => `x.${Buffer.from(JSON.stringify({exp})).toString('base64url')}.y`

test('an OIDC token that is over is renewed by the refresh token and kept in the kubeconfig', async () => {
  using folder = tempFolder()
  const fresh = jwt(4_000_000_000)
  const forms: string[] = []
  const issuer = http.createServer((request, response) => {
    if (request.url === '/.well-known/openid-configuration')
      return response.end(JSON.stringify({token_endpoint: `${base}/token`}))
    request.on('data', (chunk: Buffer) => forms.push(chunk.toString()))
    return request.on('end', () => response.end(JSON.stringify({id_token: fresh, refresh_token: 'r2'})))
  })
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`
  try {
    const file = join(folder.path, 'config')
    const config = {
      'idp-issuer-url': base,
      'client-id': 'me',
      'client-secret': 's',
      'refresh-token': 'r1',
      'id-token': jwt(1),
    }
    const user = {'auth-provider': {name: 'oidc', config}}
    writeFileSync(file, JSON.stringify({apiVersion: 'v1', kind: 'Config', users: [{name: 'u', user}]}))
    const wants = {globals: globals({kubeconfig: file}), io: scriptedIo({now: 10_000})}
    const credentials = await credentialsOf(selected(user), wants)
    assert.deepEqual(await credentials.headers(), {authorization: `Bearer ${fresh}`})
    assert.deepEqual(forms, ['grant_type=refresh_token&refresh_token=r1&client_id=me&client_secret=s'])
    const kept = loadKubeconfig(wants).users.get('u')?.['auth-provider']?.config
    assert.equal(kept?.['refresh-token'], 'r2')
    assert.equal(kept?.['id-token'], fresh)
  } finally {
    issuer.close()
  }
})

test('a token file is read anew for every request', async () => {
  using folder = tempFolder()
  const tokenFile = join(folder.path, 'token')
  writeFileSync(tokenFile, 'one\n')
  const credentials = await credentialsOf(selected({tokenFile}), {globals: globals(), io: scriptedIo()})
  assert.deepEqual(await credentials.headers(), {authorization: 'Bearer one'})
  writeFileSync(tokenFile, 'two\n')
  assert.deepEqual(await credentials.headers(), {authorization: 'Bearer two'})
  assert.equal(isAnonymous({tokenFile}), false)
  assert.equal(isAnonymous({as: 'x'}), true)
})

test('flags of impersonation stand over those of the kubeconfig, and need a user', () => {
  const user: User = {as: 'conf', 'as-groups': ['a'], 'as-user-extra': {k: ['v']}}
  assert.deepEqual(impersonation(globals(), user, 'u'), {
    'impersonate-user': 'conf',
    'impersonate-group': ['a'],
    'impersonate-extra-k': ['v'],
  })
  assert.deepEqual(
    impersonation(globals({as: 'flag', 'as-group': ['b'], 'as-uid': '7', 'as-user-extra': ['x/y=1', 'x/y=2']}), user),
    {
      'impersonate-user': 'flag',
      'impersonate-uid': '7',
      'impersonate-group': ['b'],
      'impersonate-extra-x%2Fy': ['1', '2'],
    },
  )
  assert.throws(() => impersonation(globals({'as-group': ['b']}), {}, 'admin'), {
    message: 'requesting uid, groups or user-extra for admin without impersonating a user',
  })
})

test('inside of a pod the service account is the user', () => {
  using folder = tempFolder()
  const io = scriptedIo({env: {KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443'}})
  assert.equal(inClusterConfig(io, folder.path), undefined)
  writeFileSync(join(folder.path, 'token'), 't')
  writeFileSync(join(folder.path, 'namespace'), 'here\n')
  const config = inClusterConfig(io, folder.path)
  assert.equal(config?.clusters.get('in-cluster')?.server, 'https://10.96.0.1:443')
  assert.equal(config?.contexts.get('in-cluster')?.namespace, 'here')
})
