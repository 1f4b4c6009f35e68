// Exec, attach and port-forward as CRI has them: an address to connect to.
import type {RuntimeHandlers} from '../../lib/cri/service.ts'
import type {Runtime} from '../runtime.ts'
import type {StreamingServer} from '../streaming/server.ts'

export const streamHandlers = (runtime: Runtime, server: StreamingServer): RuntimeHandlers => ({
  Exec: async ({cmd, containerId, stderr, stdin, stdout, tty}) => {
    const {record} = runtime.needLive(containerId)
    return {
      url: await server.open({
        kind: 'exec',
        containerId: record.id,
        command: cmd,
        options: {stdin, stdout, stderr, tty},
      }),
    }
  },
  Attach: async ({containerId, stderr, stdin, stdout, tty}) => {
    const {record} = runtime.needLive(containerId)
    return {url: await server.open({kind: 'attach', containerId: record.id, options: {stdin, stdout, stderr, tty}})}
  },
  PortForward: async ({podSandboxId, port}) => {
    const {id} = runtime.needSandbox(podSandboxId)
    return {url: await server.open({kind: 'portforward', sandboxId: id, ports: port})}
  },
})
