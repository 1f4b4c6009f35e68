// CSINode
import {csiNodes} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const csiNodeKind = defineKind({
  resource: csiNodes,
  columns: [nameColumn, ageColumn],
})
