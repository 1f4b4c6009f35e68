import type {flags} from '../../../commands/create/service/clusterip.ts'
import type {Invocation} from '../../../invocation.ts'
import {createService} from './build.ts'

export const createServiceClusterip = (invocation: Invocation<typeof flags>): Promise<void> => {
  const {tcp, clusterip} = invocation.flags
  return createService(invocation, {
    type: 'ClusterIP',
    tcp,
    portsRequired: clusterip !== 'None',
    extra: clusterip === '' ? {} : {clusterIP: clusterip},
  })
}
