import type {flags} from '../../../commands/create/service/externalname.ts'
import type {Invocation} from '../../../invocation.ts'
import {createService} from './build.ts'

export const createServiceExternalname = (invocation: Invocation<typeof flags>): Promise<void> =>
  createService(invocation, {
    type: 'ExternalName',
    tcp: invocation.flags.tcp,
    portsRequired: false,
    extra: {externalName: invocation.flags['external-name']},
  })
