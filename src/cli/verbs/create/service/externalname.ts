import {dnsSubdomain} from '../../../../api/meta/names.ts'
import type {flags} from '../../../commands/create/service/externalname.ts'
import type {Invocation} from '../../../invocation.ts'
import {createService} from './build.ts'

export const createServiceExternalname = (invocation: Invocation<typeof flags>): Promise<void> => {
  const name = invocation.flags['external-name']
  if (name !== '' && dnsSubdomain(name).length > 0)
    return Promise.reject(new Error(`invalid service external name ${name}`))
  return createService(invocation, {
    type: 'ExternalName',
    tcp: invocation.flags.tcp,
    portsRequired: false,
    extra: {externalName: name},
  })
}
