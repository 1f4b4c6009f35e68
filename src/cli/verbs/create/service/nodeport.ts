import type {flags} from '../../../commands/create/service/nodeport.ts'
import type {Invocation} from '../../../invocation.ts'
import {createService} from './build.ts'

export const createServiceNodeport = (invocation: Invocation<typeof flags>): Promise<void> =>
  createService(invocation, {
    type: 'NodePort',
    tcp: invocation.flags.tcp,
    nodePort: invocation.flags['node-port'],
    portsRequired: true,
  })
