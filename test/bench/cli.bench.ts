// How much the command line adds to bare Node, and how `get` compares to kubectl against the same server.

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
printRows('command line', rows)
