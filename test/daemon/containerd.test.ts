import assert from 'node:assert/strict'
import {test} from 'node:test'
import {cniConfiguration, networkName} from '../../src/daemon/containerd/cni.ts'
import {containerdConfig} from '../../src/daemon/containerd/config.ts'
import {rulesNaming} from '../../src/daemon/containerd/forget-rules.ts'
import {registryFiles} from '../../src/daemon/containerd/registries.ts'

test('everything a private containerd keeps is under its own folder, and it asks for no right this machine may lack', () => {
  const text = containerdConfig({root: '/r "x"', runc: '/usr/sbin/runc', pluginFolder: '/usr/lib/cni'})
  for (const place of ['data', 'state', 'containerd.sock', 'cni', 'runc'])
    assert.ok(text.includes(JSON.stringify(`/r "x"/${place}`)), place)
  assert.match(text, /restrict_oom_score_adj = true/)
})

test('without iptables the pod network has no rules that need it', () => {
  const types = (hasIptables: boolean): string[] =>
    JSON.parse(cniConfiguration({root: '/r', hasIptables})).plugins.map(({type}: {type: string}) => type)
  assert.deepEqual(types(true), ['bridge', 'portmap'])
  assert.deepEqual(types(false), ['bridge'])
})

test('rules of a network are found by its name in their comments, the last of a chain first', () => {
  const name = networkName('/r')
  const listing = [
    '-P POSTROUTING ACCEPT',
    '-N CNI-0123456789abcdef01234567',
    `-A POSTROUTING -s 10.0.0.1/32 -m comment --comment "name: \\"${name}\\" id: \\"a\\"" -j CNI-0123456789abcdef01234567`,
    '-A POSTROUTING -s 10.0.0.2/32 -m comment --comment "name: \\"other\\" id: \\"b\\"" -j CNI-x',
    `-A POSTROUTING -s 10.0.0.3/32 -m comment --comment "name: \\"${name}\\" id: \\"c\\"" -j CNI-y`,
    `-A CNI-0123456789abcdef01234567 -d 10.0.0.0/24 -m comment --comment "name: \\"${name}\\" id: \\"a\\"" -j ACCEPT`,
  ].join('\n')
  assert.deepEqual(
    [...rulesNaming(listing, name)],
    [
      ['POSTROUTING', [3, 1]],
      ['CNI-0123456789abcdef01234567', [1]],
    ],
  )
})

test('mirrors and registries without TLS are told to containerd in its own way', () => {
  const files = registryFiles({
    registryMirrors: ['http://127.0.0.1:5000', 'ghcr.io=mirror.example.com', 'docker.io=http://second:1'],
    insecureRegistries: ['plain:5000', '10.0.0.0/8'],
  })
  assert.deepEqual([...files.keys()], ['docker.io', 'ghcr.io', 'plain:5000'])
  assert.match(
    files.get('docker.io') ?? '',
    /^server = "https:\/\/registry-1\.docker\.io"\n\n\[host\."http:\/\/127\.0\.0\.1:5000"\]\n.*\n\n\[host\."http:\/\/second:1"\]/,
  )
  assert.match(files.get('ghcr.io') ?? '', /\[host\."https:\/\/mirror\.example\.com"\]/)
  assert.match(files.get('plain:5000') ?? '', /skip_verify = true\n\n\[host\."http:\/\/plain:5000"\]/)
})
