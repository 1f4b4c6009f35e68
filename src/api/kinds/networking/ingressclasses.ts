// IngressClass
import {ingressClasses} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const ingressClassKind = defineKind({
  resource: ingressClasses,
  columns: [nameColumn, ageColumn],
})
