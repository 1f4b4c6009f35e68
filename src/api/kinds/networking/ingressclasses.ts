// IngressClass
import {ingressClasses} from '../../resources.ts'
import type {IngressClass} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {ingressClassStrategy} from './class-and-address-rules.ts'

const parametersCell = ({spec}: IngressClass): string => {
  const parameters = spec?.parameters
  if (!parameters) return '<none>'
  return `${parameters.kind}${parameters.apiGroup ? `.${parameters.apiGroup}` : ''}/${parameters.name}`
}

export const ingressClassKind = defineKind<IngressClass>({
  resource: ingressClasses,
  strategy: ingressClassStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Controller', ({spec}) => spec?.controller ?? '', {
      description: 'Controller that is responsible for handling this class',
    }),
    column('Parameters', parametersCell, {description: 'A reference to a resource with additional parameters'}),
    ageColumn,
  ],
})
