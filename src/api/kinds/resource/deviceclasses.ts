// DeviceClass

import {deviceClasses} from '../../resources.ts'
import type {DeviceClass} from '../../schema/types.gen.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {deviceClassStrategy} from './class-rules.ts'

export const deviceClassKind = defineKind<DeviceClass>({
  resource: deviceClasses,
  strategy: deviceClassStrategy,
  countsGenerations: true,
  columns: [nameColumn, ageColumn],
})
