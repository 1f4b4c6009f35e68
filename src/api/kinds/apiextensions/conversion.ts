// spec.conversion: nothing but names change between versions, or a webhook is asked.
import type {FieldErrors} from '../../field-errors.ts'
import {dns1035Label} from '../../meta/names.ts'
import type {CustomResourceConversion} from '../../schema/types.gen.ts'
import {validateClientConfig} from '../admissionregistration/webhook-rules.ts'

const known = ['v1', 'v1beta1']

const checkReviewVersions = (versions: readonly string[], path: string, errors: FieldErrors): void => {
  if (versions.length === 0) {
    errors.required(path)
    return
  }
  for (const [index, version] of versions.entries())
    if (versions.indexOf(version) < index) errors.invalid(`${path}[${index}]`, version, 'duplicate version')
    else for (const complaint of dns1035Label(version)) errors.invalid(`${path}[${index}]`, version, complaint)
  if (!versions.some((version) => known.includes(version)))
    errors.invalid(path, versions, `must include at least one of ${known.join(', ')}`)
}

export const checkConversion = (
  {strategy, webhook}: CustomResourceConversion,
  path: string,
  errors: FieldErrors,
): void => {
  if (!strategy) errors.required(`${path}.strategy`)
  else if (strategy !== 'None' && strategy !== 'Webhook')
    errors.notSupported(`${path}.strategy`, strategy, ['None', 'Webhook'])
  const config = webhook?.clientConfig
  const versions = webhook?.conversionReviewVersions ?? []
  if (strategy === 'Webhook') {
    if (!config) errors.required(`${path}.webhookClientConfig`, 'required when strategy is set to Webhook')
    else validateClientConfig(config, `${path}.webhookClientConfig`, errors)
    checkReviewVersions(versions, `${path}.conversionReviewVersions`, errors)
    return
  }
  const why = 'should not be set when strategy is not set to Webhook'
  if (config) errors.forbidden(`${path}.webhookClientConfig`, why)
  if (versions.length > 0) errors.forbidden(`${path}.conversionReviewVersions`, why)
}
