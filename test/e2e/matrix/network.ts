// Ports of the machine that lead to a pod.
import assert from 'node:assert/strict'
import {createSocket} from 'node:dgram'
import {createServer} from 'node:net'
import {pods} from '../../../src/api/resources.ts'
import {until as untilTrue} from '../../helpers/until.ts'
import type {MatrixCase} from './cases.ts'

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const askUdp = (address: string, port: number, question: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    const timer = setTimeout(() => {
      socket.close()
      reject(new Error('no answer'))
    }, 500)
    socket.on('message', (answer) => {
      clearTimeout(timer)
      socket.close()
      resolve(answer.toString())
    })
    socket.send(question, port, address)
  })

export const network: readonly MatrixCase[] = [
  {
    name: 'host ports lead into the pod, over TCP and UDP, and end with it; a second pod that wants one waits',
    async run({client, create, pod, ready, runtime, until}) {
      const [tcp, udp] = [await freePort(), await freePort()]
      const ports = [
        {containerPort: 8080, hostPort: tcp, protocol: 'TCP'},
        {containerPort: 5353, hostPort: udp, protocol: 'UDP'},
      ]
      // busybox has no server for UDP: node is borrowed from the machine.
      const echo = `const s=require('dgram').createSocket('udp4',(m,r)=>s.send(m,r.port,r.address)).bind(5353)`
      const script = `mkdir /tmp/www; echo served > /tmp/www/index.html; chroot /machine ${process.execPath} -e "${echo}" & exec httpd -f -p 8080 -h /tmp/www`
      const volumes = [{name: 'machine', hostPath: {path: '/'}}]
      const volumeMounts = [{name: 'machine', mountPath: '/machine', readOnly: true}]
      const readinessProbe = {tcpSocket: {port: 8080}, periodSeconds: 1}
      const first = pod('host-port', script, {ports, readinessProbe, volumeMounts}, {volumes})
      const {status} = await ready(first)
      // Address translation by iptables does not see what this machine sends to itself on 127.0.0.1, unless told so.
      const address = runtime === 'containerd' ? (status?.hostIP ?? '') : '127.0.0.1'
      const answer = await untilTrue('an answer', async () => (await fetch(`http://${address}:${tcp}/`)).text())
      assert.equal(answer, 'served\n')
      assert.equal(await untilTrue('a datagram', () => askUdp(address, udp, 'echo')), 'echo')
      const second = pod('host-port-2', 'sleep 1000', {ports})
      await create(second)
      const waiting = await until(
        second,
        ({status: now}) => !!now?.conditions?.some(({reason}) => reason === 'Unschedulable'),
      )
      assert.match(waiting.status?.conditions?.[0]?.message ?? '', /didn't have free ports/)
      await client.delete(pods, {namespace: 'default', name: 'host-port'})
      await until(second, ({status: now}) => now?.phase === 'Running')
      await assert.rejects(fetch(`http://${address}:${tcp}/`))
    },
  },
]
