import type {flags} from '../../../commands/create/service/loadbalancer.ts'
import type {Invocation} from '../../../invocation.ts'
import {createService} from './build.ts'

export const createServiceLoadbalancer = (invocation: Invocation<typeof flags>): Promise<void> =>
  createService(invocation, {type: 'LoadBalancer', tcp: invocation.flags.tcp, portsRequired: true})
