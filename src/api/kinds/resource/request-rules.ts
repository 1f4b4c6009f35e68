// What a claim asks for: requests, what their devices have in common, and configuration for them.
import type {FieldErrors} from '../../field-errors.ts'
import type {
  DeviceClaimConfiguration,
  DeviceConstraint,
  DeviceRequest,
  ExactDeviceRequest,
  ResourceClaimSpec,
} from '../../schema/types.gen.ts'
import {checkLabelName, checkOneOf, checkRequired, checkSubdomain} from '../checks.ts'
import {checkList} from './device-lists.ts'
import {checkFullAttributeName} from './device-names.ts'
import {mostOfAList, validateConfiguration, validateSelectors, validateToleration} from './device-parts.ts'

const mostAlternatives = 8

/** Requests by name, and the alternatives each has. */
export type RequestNames = ReadonlyMap<string, readonly string[]>

export const requestNamesOf = (spec: ResourceClaimSpec | undefined): RequestNames =>
  new Map(
    (spec?.devices?.requests ?? []).map(({name, firstAvailable}) => [
      name,
      (firstAvailable ?? []).map((sub) => sub.name),
    ]),
  )

const isNamed = (names: RequestNames, request: string, alternative: string | undefined): boolean =>
  alternative === undefined ? names.has(request) : (names.get(request)?.includes(alternative) ?? false)

export const checkRequestRef = (name: string, path: string, names: RequestNames, errors: FieldErrors) => {
  const parts = name.split('/')
  if (parts.length <= 2) for (const part of parts) checkLabelName(part, path, errors)
  if (parts.length > 2 || !isNamed(names, parts[0] ?? '', parts[1]))
    errors.invalid(
      path,
      name,
      "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
    )
}

export const checkRequestRefs = (
  refs: readonly string[] | undefined,
  path: string,
  names: RequestNames,
  errors: FieldErrors,
): void =>
  checkList(
    refs,
    {path, most: mostOfAList, check: (name, at) => checkRequestRef(name, at, names, errors), key: (name) => name},
    errors,
  )

const checkCount = (mode: string | undefined, count: number, path: string, errors: FieldErrors) => {
  if (mode === 'All' && count !== 0)
    errors.invalid(`${path}.count`, count, "must not be specified when allocationMode is 'All'")
  if (mode === 'ExactCount' && count <= 0) errors.invalid(`${path}.count`, count, 'must be greater than zero')
  checkOneOf(mode, ['All', 'ExactCount'], `${path}.allocationMode`, errors)
}

const validateAsked = (asked: ExactDeviceRequest, path: string, errors: FieldErrors) => {
  if (checkRequired(asked.deviceClassName, `${path}.deviceClassName`, errors))
    checkSubdomain(asked.deviceClassName, `${path}.deviceClassName`, errors)
  validateSelectors(asked.selectors, `${path}.selectors`, errors)
  checkCount(asked.allocationMode, asked.count ?? 0, path, errors)
  for (const [index, toleration] of (asked.tolerations ?? []).entries())
    validateToleration(toleration, `${path}.tolerations[${index}]`, errors)
}

const validateRequest = ({name, exactly, firstAvailable}: DeviceRequest, path: string, errors: FieldErrors) => {
  checkLabelName(name, `${path}.name`, errors)
  const hasAlternatives = (firstAvailable?.length ?? 0) > 0
  if (!exactly && !hasAlternatives) errors.required(path, 'exactly one of `exactly` or `firstAvailable` is required')
  else if (exactly && hasAlternatives)
    errors.invalid(path, null, 'exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set')
  else if (exactly) validateAsked(exactly, `${path}.exactly`, errors)
  else
    checkList(
      firstAvailable,
      {
        path: `${path}.firstAvailable`,
        most: mostAlternatives,
        check: (sub, at) => {
          checkLabelName(sub.name, `${at}.name`, errors)
          validateAsked(sub, at, errors)
        },
        key: (sub) => sub.name,
      },
      errors,
    )
}

const validateConstraint = (
  {requests, matchAttribute, distinctAttribute}: DeviceConstraint,
  path: string,
  names: RequestNames,
  errors: FieldErrors,
) => {
  checkRequestRefs(requests, `${path}.requests`, names, errors)
  if (matchAttribute !== undefined) checkFullAttributeName(matchAttribute, `${path}.matchAttribute`, errors)
  else if (distinctAttribute !== undefined)
    checkFullAttributeName(distinctAttribute, `${path}.distinctAttribute`, errors)
  else
    errors.required(
      path,
      'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set',
    )
}

export const validateClaimSpec = (spec: ResourceClaimSpec | undefined, path: string, errors: FieldErrors) => {
  const {requests, constraints, config} = spec?.devices ?? {}
  const names = requestNamesOf(spec)
  const at = `${path}.devices`
  const most = mostOfAList
  checkList(
    requests,
    {
      path: `${at}.requests`,
      most,
      check: (one, where) => validateRequest(one, where, errors),
      key: ({name}) => name ?? '',
    },
    errors,
  )
  checkList(
    constraints,
    {path: `${at}.constraints`, most, check: (one, where) => validateConstraint(one, where, names, errors)},
    errors,
  )
  const check = (one: DeviceClaimConfiguration, where: string) => {
    checkRequestRefs(one.requests, `${where}.requests`, names, errors)
    validateConfiguration(one, where, errors)
  }
  checkList(config, {path: `${at}.config`, most, check}, errors)
}
