// `node test/differential/hunt.ts REAL-KUBECONFIG MINI-KUBECONFIG [words [count [seed]]]`: all cases against two running clusters, every difference
// shown. The first holds the objects of rich.yaml and rich-custom.yaml.
import {seeded} from '../../src/lib/random.ts'
import {miniProgram} from '../helpers/cluster.ts'
import {realKubectl} from '../helpers/real-kubectl.ts'
import {tempFolder} from '../helpers/temp.ts'
import {allGroups, describeDifference} from './cases.ts'
import {sample} from './expand.ts'
import {runGroups} from './run.ts'

const [realConfig = '', miniConfig = '', words = '', count = '0', seed = '1'] = process.argv.slice(2)
const all = allGroups().filter(({name}) => words === '' || words.split(',').some((word) => name.startsWith(word)))
const chosen = Number(count) > 0 ? sample(seeded(Number(seed)), all, Number(count)) : all

using work = tempFolder('hunt-')
const sides = {
  folder: work.path,
  real: {program: [await realKubectl()], kubeconfig: realConfig},
  mini: {program: [process.env.HUNT_MINI ?? miniProgram, 'kubectl', '--'], kubeconfig: miniConfig},
  readNamespace: 'rich',
}
let bad = 0
const steps = await runGroups(sides, chosen, (difference) => {
  bad += 1
  console.log(`\n${describeDifference(difference)}`)
})
console.log(`\n${steps} commands, ${bad} differ`)
