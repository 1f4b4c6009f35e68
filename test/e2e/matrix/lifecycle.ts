// A pod's life: init containers, sidecars, hooks, probes, restarts, ends.
import assert from 'node:assert/strict'
import {pods} from '../../../src/api/resources.ts'
import type {Container} from '../../../src/api/schema/types.gen.ts'
import type {MatrixCase} from './cases.ts'
import {image} from './cluster.ts'

const container = (name: string, script: string, more: Partial<Container> = {}): Container => ({
  name,
  image,
  imagePullPolicy: 'Never',
  command: ['sh', '-c', script],
  ...more,
})

export const lifecycle: readonly MatrixCase[] = [
  {
    name: 'a pod of a pulled image runs with an address of its own, logs, and ends with its exit code',
    isSmoke: true,
    async run({logs, output, pod, until}) {
      assert.match(await output(pod('hello', 'echo out; echo err >&2; exit 7')), /^(out\nerr|err\nout)\n$/)
      const {status} = await until(pod('hello', ''), ({status: now}) => now?.phase === 'Failed')
      const terminated = status?.containerStatuses?.[0]?.state?.terminated
      assert.deepEqual([terminated?.exitCode, terminated?.reason], [7, 'Error'])
      assert.match(status?.podIP ?? '', /^10\./)
      assert.match(terminated?.containerID ?? '', /^(containerd|mini-cri):\/\/[0-9a-f]{64}$/)
      assert.match(await logs('hello', 'main'), /out/)
    },
  },
  {
    name: 'init containers run in turn before the others, and a failed one fails the pod',
    async run({create, output, pod, until}) {
      const volumes = [{name: 'v', emptyDir: {}}]
      const volumeMounts = [{name: 'v', mountPath: '/v'}]
      const initContainers = [
        container('one', 'echo one > /v/log', {volumeMounts}),
        container('two', 'echo two >> /v/log', {volumeMounts}),
      ]
      assert.equal(await output(pod('init', 'cat /v/log', {volumeMounts}, {initContainers, volumes})), 'one\ntwo\n')
      const broken = pod('init-fails', 'true', {}, {initContainers: [container('one', 'exit 3')]})
      await create(broken)
      const {status} = await until(broken, ({status: now}) => now?.phase === 'Failed')
      assert.equal(status?.initContainerStatuses?.[0]?.state?.terminated?.exitCode, 3)
    },
  },
  {
    name: 'a sidecar starts before the containers, runs beside them and ends after them',
    async run({output, pod, until}) {
      const sidecar = container('side', 'trap "exit 0" TERM; echo up > /v/side; while :; do sleep 0.1; done', {
        restartPolicy: 'Always',
        volumeMounts: [{name: 'v', mountPath: '/v'}],
        startupProbe: {exec: {command: ['test', '-e', '/v/side']}, periodSeconds: 1},
      })
      const main = pod(
        'sidecar',
        'cat /v/side',
        {volumeMounts: [{name: 'v', mountPath: '/v'}]},
        {
          initContainers: [sidecar],
          volumes: [{name: 'v', emptyDir: {}}],
        },
      )
      assert.equal(await output(main), 'up\n')
      const {status} = await until(main, ({status: now}) => !!now?.initContainerStatuses?.[0]?.state?.terminated)
      assert.equal(status?.phase, 'Succeeded')
    },
  },
  {
    name: 'postStart runs beside the container, preStop before its end',
    async run({client, pod, ready, home}) {
      const lifecycle = {
        postStart: {exec: {command: ['sh', '-c', 'echo started > /shared/log']}},
        preStop: {exec: {command: ['sh', '-c', 'echo stopping >> /shared/log']}},
      }
      const path = `${home.home}/hooks`
      const volumes = [{name: 'v', hostPath: {path, type: 'DirectoryOrCreate'}}]
      const volumeMounts = [{name: 'v', mountPath: '/shared'}]
      await ready(
        pod(
          'hooks',
          'trap "exit 0" TERM; while :; do sleep 0.05; done',
          {lifecycle, volumeMounts},
          {volumes, terminationGracePeriodSeconds: 10},
        ),
      )
      await client.delete(pods, {namespace: 'default', name: 'hooks'})
      const {readFileSync} = await import('node:fs')
      const {until} = await import('../../helpers/until.ts')
      await until('both hooks to have run', () => readFileSync(`${path}/log`, 'utf8') === 'started\nstopping\n')
    },
  },
  {
    name: 'probes: exec, http and tcp make a pod ready; a failing liveness probe restarts it',
    async run({create, pod, ready, until}) {
      const serve = 'while :; do printf "HTTP/1.0 200 OK\\r\\n\\r\\n" | nc -l -p 8080; done'
      const probe = {periodSeconds: 1}
      await ready(pod('probe-http', serve, {readinessProbe: {...probe, httpGet: {port: 8080}}}))
      await ready(pod('probe-tcp', serve, {readinessProbe: {...probe, tcpSocket: {port: 8080}}}))
      await ready(
        pod('probe-exec', 'touch /tmp/ok; sleep 1000', {
          readinessProbe: {...probe, exec: {command: ['cat', '/tmp/ok']}},
        }),
      )
      const sick = pod(
        'probe-live',
        'sleep 1000',
        {livenessProbe: {...probe, failureThreshold: 1, exec: {command: ['false']}}},
        {restartPolicy: 'Always'},
      )
      await create(sick)
      await until(sick, ({status}) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0)
    },
  },
  {
    name: 'a container that ends is started again and keeps its volumes, and says so',
    async run({create, pod, until}) {
      const again = pod(
        'again',
        'echo x >> /v/runs; [ $(wc -l < /v/runs) -ge 2 ] && sleep 1000; exit 4',
        {volumeMounts: [{name: 'v', mountPath: '/v'}]},
        {restartPolicy: 'Always', volumes: [{name: 'v', emptyDir: {}}]},
      )
      await create(again)
      const {status} = await until(
        again,
        ({status: now}) => now?.containerStatuses?.[0]?.restartCount === 1 && !!now.containerStatuses[0].state?.running,
      )
      assert.equal(status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 4)
    },
  },
  {
    name: 'a termination message comes from the file, else from the log',
    async run({create, pod, until}) {
      const messageOf = async (name: string, script: string, more = {}): Promise<string | undefined> => {
        const one = pod(name, script, more)
        await create(one)
        const {status} = await until(one, ({status: now}) => now?.phase === 'Failed')
        return status?.containerStatuses?.[0]?.state?.terminated?.message
      }
      assert.equal(await messageOf('message-file', 'printf because > /dev/termination-log; exit 1'), 'because')
      const fallback = {terminationMessagePolicy: 'FallbackToLogsOnError'}
      assert.equal(await messageOf('message-log', 'echo from the log; exit 1', fallback), 'from the log\n')
    },
  },
  {
    name: 'a command that is not in the image says so',
    async run({create, pod, until}) {
      const missing = pod('missing', '', {command: ['/no/such/command']})
      await create(missing)
      const {status} = await until(missing, ({status: now}) => !!now?.containerStatuses?.[0]?.state?.terminated)
      const terminated = status?.containerStatuses?.[0]?.state?.terminated
      assert.deepEqual([terminated?.exitCode, terminated?.reason], [128, 'StartError'])
      assert.match(terminated?.message ?? '', /no such file or directory/)
    },
  },
]
