import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {dns1035Label} from '../../meta/names.ts'
import type {APIService} from '../../schema/types.gen.ts'
import {checkName, checkRequired, checkSubdomain} from '../checks.ts'
import {dropStatus, keepStatus} from '../status.ts'

const checkPriority = (value: number, max: number, path: string, errors: FieldErrors): void => {
  if (value <= 0 || value > max) errors.invalid(path, value, `must be positive and less than or equal to ${max}`)
}

const validate = ({metadata, spec}: APIService, errors: FieldErrors): void => {
  const {group = '', version = '', service, caBundle, insecureSkipTLSVerify} = spec ?? {}
  const required = `${version}.${group}`
  if ((metadata?.name ?? '') !== required)
    errors.invalid(
      'metadata.name',
      metadata?.name ?? '',
      `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(required)}`,
    )
  if (group === '' && version !== 'v1')
    errors.required('spec.group', `only v1 may have an empty group and it better be legacy kube`)
  else if (group !== '') checkSubdomain(group, 'spec.group', errors)
  checkName(dns1035Label, version, 'spec.version', errors)
  checkPriority(spec?.groupPriorityMinimum ?? 0, 20000, 'spec.groupPriorityMinimum', errors)
  checkPriority(spec?.versionPriority ?? 0, 1000, 'spec.versionPriority', errors)
  if (!service) {
    if (caBundle)
      errors.invalid('spec.caBundle', `${caBundle.length} bytes`, 'local APIServices may not have a caBundle')
    if (insecureSkipTLSVerify)
      errors.invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify')
    return
  }
  checkRequired(service.namespace, 'spec.service.namespace', errors)
  checkRequired(service.name, 'spec.service.name', errors)
  if ((service.port ?? 0) < 1 || (service.port ?? 0) > 65535)
    errors.invalid('spec.service.port', service.port ?? 0, 'port is not valid: must be between 1 and 65535, inclusive')
  if (insecureSkipTLSVerify && caBundle)
    errors.invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present')
}

export const apiServiceStrategy: Strategy<APIService> = {
  default: ({spec}) => {
    if (spec?.service) spec.service.port ??= 443
  },
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validateName: (name) => (name.includes('/') || name.includes('%') ? ['may not contain / or %'] : []),
  validate,
}
