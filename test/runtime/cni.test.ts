// Pod networks by Debian's CNI plugins.
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {debianPackage} from '../helpers/debian.ts'
import {isRoot, startMiniCri} from '../helpers/mini-cri.ts'

const options = {skip: !isRoot && 'needs root'}

const links = (): string => execFileSync('ip', ['-o', 'link'], {encoding: 'utf8'})

test('with a CNI configuration its plugins give pods their addresses, and take them back', options, async () => {
  const {root} = await debianPackage('containernetworking-plugins')
  const folder = mkdtempSync(join(tmpdir(), 'mini-cni-'))
  const bridge = `mnc${process.pid}`
  const subnet = `10.${200 + (process.pid % 50)}.7.0/24`
  const dataDir = join(folder, 'addresses')
  mkdirSync(join(folder, 'conf'))
  const ipam = {type: 'host-local', ranges: [[{subnet}]], routes: [{dst: '0.0.0.0/0'}], dataDir}
  const plugins = [{type: 'bridge', bridge, isGateway: true, hairpinMode: true, ipam}]
  writeFileSync(join(folder, 'conf', '10-net.conflist'), JSON.stringify({cniVersion: '0.4.0', name: 'net', plugins}))
  try {
    await using runtime = await startMiniCri([
      '--cni-conf-dir',
      join(folder, 'conf'),
      '--cni-bin-dir',
      join(root, 'usr/lib/cni'),
    ])
    const [one, two] = [await runtime.sandbox(), await runtime.sandbox()]
    assert.deepEqual(
      [one.ip, two.ip].map((ip) => ip.startsWith(subnet.slice(0, -4))),
      [true, true],
    )
    const server = `require('net').createServer((s)=>s.end('hello')).listen(8080)`
    await runtime.start(one, {command: [process.execPath, '-e', server]})
    const read = `const go=()=>require('net').connect(8080,process.argv[1]).on('error',()=>setTimeout(go,20)).on('data',(d)=>console.log(String(d)));go()`
    const across = await runtime.start(two, {command: [process.execPath, '-e', read, one.ip]})
    assert.equal(await runtime.output(across), 'hello\n')
    assert.match(links(), new RegExp(`master ${bridge} `))
    for (const {id} of [one, two]) await runtime.cri.RuntimeService.RemovePodSandbox({podSandboxId: id})
    assert.doesNotMatch(links(), new RegExp(`master ${bridge} `))
    assert.deepEqual(
      readdirSync(join(dataDir, 'net')).filter((name) => /^[0-9]/.test(name)),
      [],
    )
  } finally {
    execFileSync('ip', ['link', 'delete', bridge])
    rmSync(folder, {recursive: true})
  }
})
