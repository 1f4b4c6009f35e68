// Who a container is and what it sees: users, capabilities, namespaces, masked paths, kernel settings.
import assert from 'node:assert/strict'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {SeccompProfile} from '../../../src/api/schema/types.gen.ts'
import type {MatrixCase} from './cases.ts'
import {image} from './cluster.ts'

const statusOf = (names: string): string => `grep -E "^(${names}):" /proc/self/status | tr "\\t" " "`

export const isolation: readonly MatrixCase[] = [
  {
    name: 'user, group, further groups, capabilities, no new privileges, a read-only root',
    isSmoke: true,
    async run({output, pod}) {
      const securityContext = {
        runAsUser: 1000,
        runAsGroup: 3000,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: {drop: ['ALL'], add: ['NET_BIND_SERVICE']},
      }
      const script = `id -u; id -g; id -G; touch /x 2> /dev/null || echo read-only; ${statusOf('CapEff|CapBnd|NoNewPrivs')}`
      assert.equal(
        await output(
          pod('who', script, {securityContext}, {securityContext: {supplementalGroups: [4000], fsGroup: 5000}}),
        ),
        '1000\n3000\n3000 2000 4000 5000\nread-only\nCapEff: 0000000000000000\nCapBnd: 0000000000000400\nNoNewPrivs: 1\n',
      )
    },
  },
  {
    name: 'capabilities: the usual ones, one more, one less, all of a privileged container',
    async run({output, pod}) {
      const effective = async (name: string, securityContext: object): Promise<bigint> =>
        BigInt(`0x${(await output(pod(name, statusOf('CapEff'), {securityContext}))).split(' ')[1]?.trim()}`)
      const usual = 0xa80425fbn
      assert.equal(await effective('cap-usual', {}), usual)
      assert.equal(await effective('cap-more', {capabilities: {add: ['SYS_TIME']}}), usual | (1n << 25n))
      assert.equal(await effective('cap-less', {capabilities: {drop: ['CHOWN']}}), usual & ~1n)
      const ours = BigInt(`0x${/CapBnd:\s*(\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`)
      assert.equal(await effective('cap-all', {privileged: true}), ours)
    },
  },
  {
    name: "processes, host names and addresses are the pod's own, and shared between its containers where asked",
    isSmoke: true,
    async run({exec, output, pod, ready}) {
      assert.equal(
        await output(
          pod('own', 'read pid rest < /proc/self/stat; echo $pid $(hostname); ls /sys/class/net | tr "\\n" " "'),
        ),
        '1 own\neth0 lo ',
      )
      const shared = pod('shared', 'exec sleep 1234', {}, {shareProcessNamespace: true})
      const second = {name: 'second', image, imagePullPolicy: 'Never', command: ['sleep', '5678']}
      const {spec} = shared
      if (spec) spec.containers = [...spec.containers, second]
      await ready(shared)
      const {stdout} = await exec('shared', ['ps'])
      assert.match(stdout, /sleep 1234/)
      assert.match(stdout, /sleep 5678/)
      assert.doesNotMatch(stdout, /^\s*1 .*sleep 1234/m)
    },
  },
  {
    name: 'the network and the processes of the machine, where asked',
    async run({output, pod}) {
      const hostname = readFileSync('/proc/sys/kernel/hostname', 'utf8').trim()
      assert.equal(
        await output(
          pod(
            'host-net',
            'hostname; test -e /sys/class/net/eth0; grep -c . /proc/net/route > /dev/null && echo routes',
            {},
            {hostNetwork: true},
          ),
        ),
        `${hostname}\nroutes\n`,
      )
      assert.match(await output(pod('host-pid', `cat /proc/${process.pid}/comm`, {}, {hostPID: true})), /node|Main/)
    },
  },
  {
    name: 'kernel settings of the pod',
    async run({output, pod}) {
      const sysctls = [{name: 'net.ipv4.ip_local_port_range', value: '31000 32000'}]
      const script = 'tr "\\t" " " < /proc/sys/net/ipv4/ip_local_port_range'
      assert.equal(await output(pod('sysctl', script, {}, {securityContext: {sysctls}})), '31000 32000\n')
    },
  },
  {
    name: 'what the kernel shows of the machine is masked or read-only, unless the container is privileged',
    async run({output, pod}) {
      const script = [
        'head -c 1 /proc/timer_list 2> /dev/null | wc -c',
        'echo 1 2> /dev/null > /proc/sys/vm/swappiness || echo read-only proc',
        'cd /sys/fs/cgroup/memory 2> /dev/null || cd /sys/fs/cgroup; mkdir x 2> /dev/null || echo read-only cgroup',
        'ls /sys/firmware | wc -l',
      ].join('\n')
      assert.equal(await output(pod('masked', script)), '0\nread-only proc\nread-only cgroup\n0\n')
    },
  },
  {
    name: 'system calls are filtered by the default profile and by one of the user, or the pod is told that they are not',
    isSmoke: true,
    async run({create, home, output, pod, runtime, until}) {
      const filter = (seccompProfile: SeccompProfile) => ({securityContext: {seccompProfile}})
      const script = `${statusOf('Seccomp')}; chmod 700 /tmp 2> /dev/null || echo not permitted`
      const byDefault = await output(pod('seccomp-default', script, filter({type: 'RuntimeDefault'})))
      const folder = join(home.home, 'mini', 'seccomp')
      mkdirSync(folder)
      const syscalls = [{names: ['chmod', 'fchmodat', 'fchmodat2'], action: 'SCMP_ACT_ERRNO'}]
      writeFileSync(join(folder, 'own.json'), JSON.stringify({defaultAction: 'SCMP_ACT_ALLOW', syscalls}))
      const own = pod('seccomp-own', script, filter({type: 'Localhost', localhostProfile: 'own.json'}))
      if (runtime !== 'unshare') {
        assert.equal(byDefault, 'Seccomp: 2\n')
        assert.equal(await output(own), 'Seccomp: 2\nnot permitted\n')
        return
      }
      assert.equal(byDefault, 'Seccomp: 0\n')
      assert.match(
        await home.ok(['events', '--for', 'pod/seccomp-default']),
        /RuntimeLacks.*system calls are not filtered/,
      )
      await create(own)
      await until(own, ({status}) => status?.phase === 'Failed')
    },
  },
  {
    name: 'devices are the usual few, and no other can be made and opened',
    async run({output, pod}) {
      // The kernel's log is a device that root of the machine can open and that no container has.
      const script = [
        'ls /dev | grep -v core | tr "\\n" " "; echo',
        ...['/tmp', '/dev'].map(
          (folder) =>
            `mknod ${folder}/log c 1 11; dd if=${folder}/log count=0 2> /dev/null && echo opened || echo refused`,
        ),
        'echo x > /dev/null && head -c 3 /dev/zero | wc -c',
      ].join('\n')
      assert.equal(
        await output(pod('devices', script)),
        'fd full mqueue null ptmx pts random shm stderr stdin stdout termination-log tty urandom zero \nrefused\nrefused\n3\n',
      )
    },
  },
]
