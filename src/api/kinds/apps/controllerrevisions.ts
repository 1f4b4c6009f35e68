// ControllerRevision

import {splitApiVersion} from '../../resource.ts'
import {controllerRevisions} from '../../resources.ts'
import type {ControllerRevision} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {controllerRevisionStrategy} from './controllerrevision-rules.ts'

const controllerCell = ({metadata}: ControllerRevision): string => {
  const owner = metadata?.ownerReferences?.find(({controller}) => controller)
  if (!owner) return '<none>'
  const {group} = splitApiVersion(owner.apiVersion)
  return `${owner.kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${owner.name}`
}

export const controllerRevisionKind = defineKind<ControllerRevision>({
  resource: controllerRevisions,
  strategy: controllerRevisionStrategy,
  columns: [
    nameColumn,
    column('Controller', controllerCell, {description: 'Controller of the object'}),
    column('Revision', ({revision}) => revision, {doc: 'revision'}),
    ageColumn,
  ],
})
