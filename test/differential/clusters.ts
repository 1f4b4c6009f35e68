// Two clusters with the same objects: the real kubectl's, which both programs read from, and mini's for what changes things.
import {join} from 'node:path'
import {miniProgram, startCluster, type TestHome} from '../helpers/cluster.ts'
import {realKubectl} from '../helpers/real-kubectl.ts'
import {until} from '../helpers/until.ts'
import type {Sides} from './side-by-side.ts'

const simulated = ['--runtime', 'simulated', '--nodes', '2', '--addons', 'none']

const namespace = 'rich'

const load = async (home: TestHome, kubectl: string): Promise<void> => {
  const apply = (file: string) =>
    home.run(['apply', '--kubeconfig', home.kubeconfig, '-f', join(import.meta.dirname, file)], {program: kubectl})
  // What another object of the file needs may come a little later than it.
  await until('the objects to be there', async () => (await apply('rich.yaml')).code === 0, {everyMs: 300})
  await until('the custom objects to be there', async () => (await apply('rich-custom.yaml')).code === 0, {
    everyMs: 300,
  })
}

/** Until nothing changes any more of what commands read. */
const settle = async (home: TestHome, kubectl: string): Promise<void> => {
  const read = async (): Promise<string> => {
    const args = [
      'get',
      'all,pvc,pv,endpointslices,events,hpa',
      '--kubeconfig',
      home.kubeconfig,
      '-n',
      namespace,
      '-o',
      'name',
    ]
    return (await home.run(args, {program: kubectl})).stdout
  }
  let before = ''
  await until(
    'the cluster to come to rest',
    async () => {
      const now = await read()
      const same = now === before
      before = now
      return same
    },
    {everyMs: 700},
  )
}

export interface Clusters extends AsyncDisposable {
  readonly sides: Sides
}

export const startSides = async (folder: string): Promise<Clusters> => {
  const kubectl = await realKubectl()
  const [one, other] = await Promise.all([startCluster({args: simulated}), startCluster({args: simulated})])
  const dispose = async (): Promise<void> => {
    await Promise.all([one[Symbol.asyncDispose](), other[Symbol.asyncDispose]()])
  }
  try {
    await load(one, kubectl)
    await settle(one, kubectl)
    return {
      sides: {
        folder,
        real: {program: [kubectl], kubeconfig: one.kubeconfig},
        mini: {program: [miniProgram, 'kubectl', '--'], kubeconfig: other.kubeconfig},
        readNamespace: namespace,
      },
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}
