// Classes of devices: what claims mean by one word.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import type {DeviceClass, DeviceClassConfiguration} from '../../schema/types.gen.ts'
import {isExtendedResource} from '../core/pod-spec/resource-names.ts'
import {checkList} from './device-lists.ts'
import {mostOfAList, validateConfiguration, validateSelectors} from './device-parts.ts'

const validateClass = ({spec}: DeviceClass, errors: FieldErrors): void => {
  validateSelectors(spec?.selectors, 'spec.selectors', errors)
  const check = (config: DeviceClassConfiguration, at: string): void => validateConfiguration(config, at, errors)
  checkList(spec?.config, {path: 'spec.config', most: mostOfAList, check}, errors)
  const name = spec?.extendedResourceName
  if (name !== undefined && !isExtendedResource(name))
    errors.invalid('spec.extendedResourceName', name, 'must be a valid extended resource name')
}

export const deviceClassStrategy: Strategy<DeviceClass> = {validate: validateClass}
