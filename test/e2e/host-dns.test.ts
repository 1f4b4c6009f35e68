import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {promisify} from 'node:util'
import {testHome} from '../helpers/cluster.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {until} from '../helpers/until.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
const devices = async (): Promise<string> => (await promisify(execFile)('ip', ['-br', 'address'])).stdout

test(
  'systemd-resolved is told who knows the cluster, and forgets it at the stop; without it status says what to do',
  options,
  async () => {
    await using home = testHome()
    const folder = join(home.env.HOME ?? '', 'programs')
    const log = join(folder, 'log')
    mkdirSync(folder)
    writeFileSync(join(folder, 'resolvectl'), `#!/bin/sh\necho "$@" >> ${log}\n`)
    chmodSync(join(folder, 'resolvectl'), 0o755)
    const said = (): string[] => readFileSync(log, 'utf8').trim().split('\n')
    await home.ok(['start', '--host-dns'], {env: {PATH: `${folder}:${home.env.PATH}`}})
    await until('resolved to be told', () => said().length === 3)
    const dns = await home.ok(['get', 'service', 'kube-dns', '-n', 'kube-system', '-o', 'jsonpath={.spec.clusterIP}'])
    const [, device = ''] = said()[0]?.split(' ') ?? []
    assert.deepEqual(said(), [
      `dns ${device} ${dns}`,
      `domain ${device} ~cluster.local`,
      `default-route ${device} false`,
    ])
    assert.match(await devices(), new RegExp(`${device}@.*${dns}/32`))
    await home.ok(['stop'])
    assert.doesNotMatch(await devices(), new RegExp(device))
    await home.ok(['start'])
    await until('advice', async () => (await home.ok(['status'])).includes(`server=/cluster.local/${dns}`))
    assert.doesNotMatch(await devices(), new RegExp(device))
  },
)
