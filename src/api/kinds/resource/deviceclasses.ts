// DeviceClass
import {deviceClasses} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const deviceClassKind = defineKind({
  resource: deviceClasses,
  columns: [nameColumn, ageColumn],
})
