// CSIDriver

import {csiDrivers} from '../../resources.ts'
import type {CSIDriver} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {csiDriverStrategy} from './csi-rules.ts'

export const csiDriverKind = defineKind<CSIDriver>({
  resource: csiDrivers,
  strategy: csiDriverStrategy,
  columns: [
    nameColumn,
    column('AttachRequired', ({spec}) => spec.attachRequired ?? true, {type: 'boolean', doc: 'spec.attachRequired'}),
    column('PodInfoOnMount', ({spec}) => spec.podInfoOnMount ?? false, {type: 'boolean', doc: 'spec.podInfoOnMount'}),
    column('StorageCapacity', ({spec}) => spec.storageCapacity ?? false, {
      type: 'boolean',
      doc: 'spec.storageCapacity',
    }),
    column('TokenRequests', ({spec}) => spec.tokenRequests?.map(({audience}) => audience).join(',') ?? '<unset>', {
      doc: 'spec.tokenRequests',
    }),
    column('RequiresRepublish', ({spec}) => spec.requiresRepublish ?? false, {
      type: 'boolean',
      doc: 'spec.requiresRepublish',
    }),
    column('Modes', ({spec}) => spec.volumeLifecycleModes?.join(',') || '<none>', {doc: 'spec.volumeLifecycleModes'}),
    ageColumn,
  ],
})
