// IPAddress
import {ipAddresses} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const ipAddressKind = defineKind({
  resource: ipAddresses,
  columns: [nameColumn, ageColumn],
})
