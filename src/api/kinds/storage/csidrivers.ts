// CSIDriver
import {csiDrivers} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const csiDriverKind = defineKind({
  resource: csiDrivers,
  columns: [nameColumn, ageColumn],
})
