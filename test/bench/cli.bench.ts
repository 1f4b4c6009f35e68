// How much the command line adds to bare Node, and how `get` compares to kubectl against the same server.

import {spawnSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {startCluster} from '../helpers/cluster.ts'
import {realKubectl} from '../helpers/real-kubectl.ts'
import {printRows, type Row, timeInTurn} from './compare.ts'

await using cluster = await startCluster({args: ['--runtime', 'simulated', '--nodes', '2', '--addons', 'none']})
const kubectl = await realKubectl()
const env = cluster.env
const [bare, version, get, real, help] = timeInTurn([
  {name: 'node -e 0', command: [process.execPath, '-e', '0']},
  {name: 'mini version --client', command: [cluster.mini, 'version', '--client'], env},
  {name: 'mini get pods', command: [cluster.mini, 'get', 'pods', '-A'], env},
  {name: 'kubectl get pods', command: [kubectl, '--kubeconfig', cluster.kubeconfig, 'get', 'pods', '-A'], env},
  {name: 'mini --help', command: [cluster.mini, '--help'], env},
]).map(({name, medianMs}) => ({name, medianMs}))

const rows: Row[] = []
const over = (what: {name: string; medianMs: number} | undefined, targetMs: number): void => {
  if (!what || !bare) return
  const extra = what.medianMs - bare.medianMs
  rows.push({
    what: `${what.name} over bare node (${bare.medianMs.toFixed(0)} ms)`,
    measured: `${extra.toFixed(0)} ms`,
    target: `<= ${targetMs} ms`,
    met: extra <= targetMs,
  })
}
over(version, 30)
over(get, 30)
if (get && real)
  rows.push({
    what: `mini get pods : kubectl get pods (${real.medianMs.toFixed(0)} ms)`,
    measured: `${(get.medianMs / real.medianMs).toFixed(2)}x`,
    target: '<= 0.9x',
    met: get.medianMs / real.medianMs <= 0.9,
  })
if (help)
  rows.push({
    what: 'mini --help',
    measured: `${help.medianMs.toFixed(0)} ms`,
    target: '< 120 ms',
    met: help.medianMs < 120,
  })
/** The same work by mini over its socket and by kubectl over TLS, in turn. */
const beside = (what: string, args: readonly string[], target: number, runs: number): void => {
  const [mini, kube] = timeInTurn(
    [
      {name: 'mini', command: [cluster.mini, ...args], env},
      {name: 'kubectl', command: [kubectl, '--kubeconfig', cluster.kubeconfig, ...args], env},
    ],
    {runs},
  )
  if (!mini || !kube) return
  const ratio = mini.medianMs / kube.medianMs
  rows.push({
    what: `mini ${what} : kubectl (${kube.medianMs.toFixed(0)} ms)`,
    measured: `${ratio.toFixed(2)}x`,
    target: `<= ${target}x`,
    met: ratio <= target,
  })
}

const documents = Array.from({length: 100}, (_, index) =>
  JSON.stringify({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: `map-${index}`}, data: {key: 'value'}}),
)
const file = join(cluster.home, 'documents.yaml')
writeFileSync(file, documents.join('\n---\n'))
beside('apply of 100 documents', ['apply', '-f', file], 0.7, 5)

const pods = Array.from({length: 5000}, (_, index) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name: `pod-${index}`},
  spec: {nodeSelector: {none: 'none'}, containers: [{name: 'main', image: 'busybox'}]},
}))
await cluster.ok(['create', '-f', '-'], {
  stdin: JSON.stringify({apiVersion: 'v1', kind: 'List', items: pods}),
  timeoutMs: 120_000,
})
beside('get of 5,000 pods', ['get', 'pods'], 0.5, 5)

/** The most memory the process held, in MB: as the kernel has it after its end. */
const peakMb = (command: readonly string[]): number => {
  const script =
    'import resource,subprocess,sys\nsubprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL)\nprint(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)'
  const {stdout} = spawnSync('python3', ['-c', script, ...command], {env: {...process.env, ...env}, encoding: 'utf8'})
  return Number(stdout) / 1024
}
const [own, theirs] = [
  peakMb([cluster.mini, 'get', 'pods']),
  peakMb([kubectl, '--kubeconfig', cluster.kubeconfig, 'get', 'pods']),
]
rows.push({
  what: `memory of get of 5,000 pods; kubectl ${theirs.toFixed(0)} MB`,
  measured: `${own.toFixed(0)} MB`,
  target: '<= kubectl + 20 MB',
  met: own <= theirs + 20,
})
printRows('command line', rows)
