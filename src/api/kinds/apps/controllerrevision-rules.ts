import type {Strategy} from '../../kind.ts'
import {isSame} from '../../meta/same.ts'
import type {ControllerRevision} from '../../schema/types.gen.ts'
import {checkNonNegative, immutable} from '../checks.ts'

export const controllerRevisionStrategy: Strategy<ControllerRevision> = {
  validate: ({revision, data}, errors) => {
    checkNonNegative(revision, 'revision', errors)
    if (data === undefined || data === null) errors.required('data', 'data is mandatory')
  },
  validateUpdate: ({data}, {data: old}, errors) => {
    if (!isSame(data, old)) errors.invalid('data', data, immutable)
  },
}
