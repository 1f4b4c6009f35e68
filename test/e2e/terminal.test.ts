// What a person sees in a terminal: mini called as kubectl beside the real kubectl, keys and all.
import assert from 'node:assert/strict'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {realKubectl} from '../helpers/real-kubectl.ts'
import {openTerminal, type Terminal} from '../helpers/terminal.ts'

const container = (name: string, more: object): object => ({
  name,
  image: 'host',
  imagePullPolicy: 'IfNotPresent',
  ...more,
})
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name: 'shell'},
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      container('main', {command: ['sh', '-c', 'echo begun; sleep 1000']}),
      container('tty', {command: ['sh'], stdin: true, tty: true}),
    ],
  },
}
const settings = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'settings'}, data: {a: '1'}}

/** Two programs of one name, in folders of their own: the screens are compared as they are. */
const programs = async (cluster: TestHome): Promise<readonly string[]> => {
  const calls = [await realKubectl(), `${cluster.mini} kubectl --`]
  return calls.map((call, index) => {
    const folder = join(cluster.home, `bin-${index}`)
    mkdirSync(folder)
    const script = `#!/bin/sh\nexec ${call} --kubeconfig ${cluster.kubeconfig} "$@"\n`
    writeFileSync(join(folder, 'kubectl'), script, {mode: 0o755})
    return folder
  })
}

/** What differs from call to call, and what kubectl 1.35 says and 1.36 does not. */
const comparable = (screen: string): string =>
  screen
    .replace(/--profile=legacy is deprecated.*\n/g, '')
    .replace(/"[0-9a-f]{64}"/g, 'EXEC')
    .replace(/node-debugger-node-1-\w{5}/g, 'node-debugger')
    .replace(/\d+m?s$/gm, 'age')

/** What it gives is compared; nothing: all that is on the screen. */
type Act = (terminal: Terminal) => Promise<string | void>
/** At the prompt of a shell inside a container, which sits alone on its line. */
const atShell = /\n#$/

const acts: Readonly<Record<string, Act>> = {
  'exec -it: the size of the window, Ctrl-C and the exit code arrive': async (terminal) => {
    await terminal.enter('kubectl exec -it shell -c main -- sh')
    await terminal.shows(atShell)
    await terminal.enter('stty size')
    await terminal.shows('40 120')
    await terminal.resize(90, 30)
    await terminal.enter('stty size')
    await terminal.shows('30 90')
    await terminal.enter('echo asleep; sleep 100')
    await terminal.shows(/^asleep$/m)
    await terminal.keys('C-c')
    await terminal.enter('echo after $?')
    await terminal.shows('after 130')
    await terminal.enter('exit 7')
    assert.equal((await terminal.ended()).code, 7)
  },
  'exec without a terminal: Ctrl-C ends it, a pipe is read to its end': async (terminal) => {
    await terminal.enter('kubectl exec -i shell -c main -- sh -c "echo here; sleep 1000"')
    await terminal.shows(/^here/m)
    await terminal.keys('C-c')
    assert.equal((await terminal.ended()).code, 1)
    assert.match(
      (await terminal.run('echo x | kubectl exec -it shell -c main -- cat')).text,
      /Unable to use a TTY.*\nx/,
    )
    assert.equal((await terminal.run('echo x | kubectl exec -i shell -c main -- cat')).text, 'x\n')
    await terminal.run('export KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false')
    const both = await terminal.run(
      'seq 200000 | kubectl exec -i shell -c main -- sh -c "wc -l; seq 200000 | tail -1; exit 5"',
    )
    assert.deepEqual(both, {text: '200000\n200000\ncommand terminated with exit code 5\n', code: 5})
    assert.match((await terminal.run('kubectl exec shell -c main -- absent')).text, /executable file not found/)
  },
  'attach -it: a session, and how to come back': async (terminal) => {
    await terminal.enter('kubectl attach -it shell -c tty')
    await terminal.shows('pressing enter.')
    await terminal.keys('Enter')
    await terminal.shows(atShell)
    await terminal.enter('echo $((40+2))')
    await terminal.shows(/^42$/m)
    await terminal.enter('exit 5')
    await terminal.shows('Session ended')
    await terminal.ended()
  },
  'attach to a container without a terminal': async (terminal) => {
    await terminal.enter('kubectl attach -it shell -c main')
    await terminal.shows('pressing enter.')
    await terminal.keys('C-c')
    assert.equal((await terminal.ended()).code, 1)
    assert.match((await terminal.run('stty -a | grep -o -w -e "-*icanon"')).text, /^icanon/)
  },
  'run -it --rm: a pod for as long as its shell': async (terminal) => {
    await terminal.enter('kubectl run -it --rm temp --image=host --restart=Never -- sh')
    await terminal.shows('pressing enter.')
    await terminal.keys('Enter')
    await terminal.shows(atShell)
    await terminal.enter('exit 3')
    assert.equal((await terminal.ended()).code, 3)
    assert.equal((await terminal.run('kubectl get pod temp --ignore-not-found')).text, '')
    await terminal.run('echo in | kubectl run -i --rm temp --image=host --restart=Never -- cat')
    const quiet = "kubectl run -q --attach --rm temp --image=host --restart=Never -- sh -c 'sleep 0.5; echo no; exit 4'"
    assert.equal((await terminal.run(quiet)).code, 4)
  },
  'debug -it: a container in the pod, a copy of the pod, a pod on the node': async (terminal) => {
    const session = async (line: string): Promise<void> => {
      await terminal.enter(line)
      await terminal.shows('pressing enter.')
      await terminal.keys('Enter')
      await terminal.shows(atShell)
      await terminal.enter('ls -d / /host/etc 2>/dev/null')
      await terminal.enter('exit')
      await terminal.ended()
      await terminal.clear()
    }
    await session('kubectl debug -it shell --image=host -c debug-$RANDOM -- sh')
    await session('kubectl debug -it shell --image=host --copy-to=copy -c debug -- sh')
    await session('kubectl debug -it node/node-1 --image=host -- sh')
    await terminal.run('kubectl delete pod copy --force')
    await terminal.run('kubectl delete pod -l app.kubernetes.io/managed-by=kubectl-debug --force')
  },
  'logs -f, get -w, wait and port-forward end with Ctrl-C': async (terminal) => {
    const interrupted = async (line: string, sign: string | RegExp): Promise<number> => {
      await terminal.enter(line)
      await terminal.shows(sign)
      await terminal.keys('C-c')
      const {code} = await terminal.ended()
      await terminal.clear()
      return code
    }
    assert.equal(await interrupted('kubectl logs -f shell -c main', /^begun/m), 1)
    assert.equal(await interrupted('kubectl get configmap -w', /^settings/m), 1)
    assert.equal(await interrupted('kubectl events -w pod/shell', 'LAST SEEN'), 1)
    assert.equal(await interrupted('kubectl port-forward shell 18080:80', '[::1]:18080'), 0)
    assert.equal(await interrupted('kubectl proxy --port=18081', '18081\n'), 130)
    return ''
  },
  'delete -i asks before it deletes': async (terminal) => {
    await terminal.run('kubectl create configmap throwaway')
    await terminal.enter('kubectl delete -i configmap throwaway')
    await terminal.shows('(y/N):')
    await terminal.enter('n')
    await terminal.ended()
    await terminal.clear()
    await terminal.enter('kubectl delete -i configmap throwaway')
    await terminal.shows('(y/N):')
    await terminal.enter('y')
    await terminal.shows('deleted')
    await terminal.ended()
  },
}

test('in a terminal', {skip: !isRoot && 'needs root on Linux'}, async (t: TestContext) => {
  await using cluster = await startCluster({args: ['--addons', 'none']})
  for (const object of [pod, settings]) await cluster.ok(['create', '-f', '-'], {stdin: JSON.stringify(object)})
  await cluster.ok(['wait', '--for=condition=Ready', 'pod/shell', '--timeout=12s'])
  const folders = await programs(cluster)
  for (const [name, act] of Object.entries(acts))
    await t.test(name, async () => {
      const screens: string[] = []
      for (const folder of folders) {
        const env = {...cluster.env, PATH: `${folder}:${cluster.env.PATH}`}
        await using terminal = await openTerminal({env})
        screens.push(comparable((await act(terminal)) ?? (await terminal.screen())))
      }
      assert.equal(screens[1], screens[0])
    })
})
