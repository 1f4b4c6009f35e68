// Webhook configurations.
import {compileConditions} from '../../cel/policy-program.ts'
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {dnsSubdomain} from '../../meta/names.ts'
import type {
  AdmissionregistrationWebhookClientConfig as ClientConfig,
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from '../../schema/types.gen.ts'
import {checkName, checkOneOf, checkRequired} from '../checks.ts'
import {validateLabelSelector} from '../label-selector.ts'
import {validateMatchConditions} from './match-conditions.ts'
import {type RuleLike, validateRules} from './match-rules.ts'

type Webhook = MutatingWebhook | ValidatingWebhook

const defaultWebhook = (webhook: Webhook): void => {
  webhook.failurePolicy ??= 'Fail'
  webhook.matchPolicy ??= 'Equivalent'
  webhook.namespaceSelector ??= {}
  webhook.objectSelector ??= {}
  webhook.timeoutSeconds ??= 10
  for (const rule of webhook.rules ?? []) rule.scope ??= '*'
  if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443
}

const validateUrl = (text: string, path: string, errors: FieldErrors): void => {
  const form = 'url must be of the form https://host:port/path'
  if (!URL.canParse(text)) {
    errors.required(
      path,
      `url must be a valid URL: parse ${JSON.stringify(text)}: invalid URL; desired format: https://host[/path]`,
    )
    return
  }
  const url = new URL(text)
  if (url.protocol !== 'https:')
    errors.invalid(
      path,
      url.protocol.slice(0, -1),
      `'https' is the only allowed URL scheme; desired format: https://host[/path]`,
    )
  if (url.hostname === '') errors.invalid(path, text, form)
  if (url.username || url.password)
    errors.invalid(path, `${url.username}@`, 'user information is not permitted in the URL')
  if (url.hash) errors.invalid(path, url.hash.slice(1), 'fragments are not permitted in the URL')
  if (url.search) errors.invalid(path, url.search.slice(1), 'query parameters are not permitted in the URL')
}

export const validateClientConfig = (config: ClientConfig | undefined, path: string, errors: FieldErrors): void => {
  const {url, service} = config ?? {}
  if ((url === undefined) === (service === undefined)) {
    errors.required(path, 'exactly one of url or service is required')
    return
  }
  if (url !== undefined) validateUrl(url, `${path}.url`, errors)
  if (!service) return
  checkRequired(service.name, `${path}.service.name`, errors, 'service name is required')
  checkRequired(service.namespace, `${path}.service.namespace`, errors, 'service namespace is required')
  if ((service.port ?? 443) < 1 || (service.port ?? 443) > 65535)
    errors.invalid(`${path}.service.port`, service.port, `port is not valid: must be between 1 and 65535, inclusive`)
  if (service.path !== undefined && !service.path.startsWith('/'))
    errors.invalid(`${path}.service.path`, service.path, "must start with a '/'")
}

const validateName = (name: string, path: string, errors: FieldErrors): void => {
  if (!checkRequired(name, path, errors)) return
  checkName(dnsSubdomain, name, path, errors)
  if (name.split('.').length < 3)
    errors.invalid(path, name, 'should be a domain with at least three segments separated by dots')
}

const validateVersions = (versions: readonly string[] | undefined, path: string, errors: FieldErrors): void => {
  if (!versions?.length) {
    errors.required(path, 'must specify one of v1, v1beta1')
    return
  }
  for (const [index, version] of versions.entries())
    if (versions.indexOf(version) < index) errors.invalid(`${path}[${index}]`, version, 'duplicate version')
  if (!versions.some((version) => version === 'v1' || version === 'v1beta1'))
    errors.invalid(path, versions, 'must include at least one of v1, v1beta1')
}

const validateWebhook = (webhook: Webhook, path: string, errors: FieldErrors): void => {
  validateName(webhook.name, `${path}.name`, errors)
  validateRules(webhook.rules as readonly RuleLike[] | undefined, `${path}.rules`, errors)
  if (webhook.failurePolicy !== undefined)
    checkOneOf(webhook.failurePolicy, ['Fail', 'Ignore'], `${path}.failurePolicy`, errors)
  if (webhook.matchPolicy !== undefined)
    checkOneOf(webhook.matchPolicy, ['Equivalent', 'Exact'], `${path}.matchPolicy`, errors)
  if (webhook.sideEffects === undefined)
    errors.required(`${path}.sideEffects`, 'must specify one of None, NoneOnDryRun')
  else checkOneOf(webhook.sideEffects, ['None', 'NoneOnDryRun'], `${path}.sideEffects`, errors)
  const seconds = webhook.timeoutSeconds
  if (seconds !== undefined && (seconds < 1 || seconds > 30))
    errors.invalid(`${path}.timeoutSeconds`, seconds, 'the timeout value must be between 1 and 30 seconds')
  validateLabelSelector(webhook.namespaceSelector, `${path}.namespaceSelector`, errors)
  validateLabelSelector(webhook.objectSelector, `${path}.objectSelector`, errors)
  validateClientConfig(webhook.clientConfig, `${path}.clientConfig`, errors)
  const conditions = `${path}.matchConditions`
  const compiled = compileConditions(webhook.matchConditions, conditions, {hasParams: false, hasAuthorizer: true})
  validateMatchConditions(webhook.matchConditions, compiled, conditions, errors)
}

const validateWebhooks = (webhooks: readonly Webhook[] | undefined, errors: FieldErrors): void => {
  const names = new Set<string>()
  for (const [index, webhook] of (webhooks ?? []).entries()) {
    const path = `webhooks[${index}]`
    validateWebhook(webhook, path, errors)
    validateVersions(webhook.admissionReviewVersions, `${path}.admissionReviewVersions`, errors)
    if (webhook.name && names.has(webhook.name)) errors.duplicate(`${path}.name`, webhook.name)
    names.add(webhook.name)
  }
}

export const mutatingWebhookStrategy: Strategy<MutatingWebhookConfiguration> = {
  default: ({webhooks}) => {
    for (const webhook of webhooks ?? []) {
      defaultWebhook(webhook)
      webhook.reinvocationPolicy ??= 'Never'
    }
  },
  validate: ({webhooks}, errors) => {
    validateWebhooks(webhooks, errors)
    for (const [index, {reinvocationPolicy}] of (webhooks ?? []).entries())
      if (reinvocationPolicy !== undefined)
        checkOneOf(reinvocationPolicy, ['IfNeeded', 'Never'], `webhooks[${index}].reinvocationPolicy`, errors)
  },
}

export const validatingWebhookStrategy: Strategy<ValidatingWebhookConfiguration> = {
  default: ({webhooks}) => webhooks?.forEach(defaultWebhook),
  validate: ({webhooks}, errors) => validateWebhooks(webhooks, errors),
}
