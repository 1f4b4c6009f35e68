// VolumeAttributesClass

import {volumeAttributesClasses} from '../../resources.ts'
import type {VolumeAttributesClass} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {volumeAttributesClassStrategy} from './class-rules.ts'

export const volumeAttributesClassKind = defineKind<VolumeAttributesClass>({
  resource: volumeAttributesClasses,
  strategy: volumeAttributesClassStrategy,
  columns: [nameColumn, column('DriverName', ({driverName}) => driverName, {doc: 'driverName'}), ageColumn],
})
