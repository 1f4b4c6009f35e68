// Limits of CPU, memory and processes.
import assert from 'node:assert/strict'
import type {MatrixCase} from './cases.ts'

const version2 = 'test -e /sys/fs/cgroup/cgroup.controllers'

export const limits: readonly MatrixCase[] = [
  {
    name: 'more memory than the limit ends a container as OOMKilled',
    isSmoke: true,
    async run({create, pod, until}) {
      const hungry = pod('hungry', 'exec head -c 200000000 /dev/zero | tail', {
        resources: {limits: {memory: '20Mi'}},
      })
      await create(hungry)
      const {status} = await until(hungry, ({status: now}) => now?.phase === 'Failed' || now?.phase === 'Succeeded')
      assert.equal(status?.containerStatuses?.[0]?.state?.terminated?.reason, 'OOMKilled')
    },
  },
  {
    name: 'the limits of a container are those of its control group',
    async run({output, pod}) {
      const script = `cd /sys/fs/cgroup; if ${version2}; then cat cpu.max memory.max; else echo $(cat cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us); cat memory/memory.limit_in_bytes; fi`
      const resources = {limits: {cpu: '250m', memory: '64Mi'}}
      assert.equal(await output(pod('limits', script, {resources})), `25000 100000\n${64 * 1024 * 1024}\n`)
    },
  },
  {
    name: 'what is killed first when memory runs out goes by the class of the pod, as far as this machine lets us say',
    async run({output, pod}) {
      assert.equal(await output(pod('first', 'cat /proc/self/oom_score_adj')), '1000\n')
      const resources = {limits: {cpu: '100m', memory: '64Mi'}}
      assert.match(await output(pod('last', 'cat /proc/self/oom_score_adj', {resources})), /^(-997|0|-?\d{1,3})\n$/)
    },
  },
]
