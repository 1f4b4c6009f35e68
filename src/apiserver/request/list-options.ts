// ListOptions: what a list or a watch asks for, checked as Kubernetes checks it.
import {ApiError} from '../../api/errors.ts'
import {FieldErrors, invalidObject} from '../../api/field-errors.ts'
import {badRequest} from '../errors.ts'
import {boolParameter, intParameter, textParameter} from './query.ts'
import {optionsResource} from './write-options.ts'

export interface ListOptions {
  readonly limit: number
  readonly continue: string
  readonly resourceVersion: string
  readonly resourceVersionMatch: string
  readonly timeoutSeconds: number | undefined
  readonly allowWatchBookmarks: boolean
  readonly sendInitialEvents: boolean | undefined
}

const invalid = (errors: FieldErrors): ApiError => invalidObject(optionsResource('ListOptions'), '', errors.list)

const matches: readonly string[] = ['Exact', 'NotOlderThan']

const validateMatch = (options: ListOptions, isWatch: boolean, errors: FieldErrors): void => {
  const {resourceVersionMatch: match, resourceVersion, sendInitialEvents} = options
  if (isWatch && sendInitialEvents !== undefined) {
    if (match === '')
      errors.forbidden(
        'resourceVersionMatch',
        'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      )
    else if (match !== 'NotOlderThan') errors.notSupported('resourceVersionMatch', match, ['NotOlderThan'])
    return
  }
  if (sendInitialEvents !== undefined) errors.forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list')
  if (match === '') return
  if (isWatch) {
    errors.forbidden(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    )
    return
  }
  if (resourceVersion === '')
    errors.forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided')
  if (options.continue !== '')
    errors.forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided')
  if (!matches.includes(match)) errors.notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', ''])
  if (match === 'Exact' && resourceVersion === '0')
    errors.forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
}

/** The real server answers 500 here, without a reason. */
const checkVersion = (text: string): void => {
  if (text === '' || /^\d+$/.test(text)) return
  throw new ApiError(
    '',
    `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    {code: 500},
  )
}

export const listOptions = (query: URLSearchParams, isWatch: boolean): ListOptions => {
  const options: ListOptions = {
    limit: Math.max(intParameter(query, 'limit') ?? 0, 0),
    continue: textParameter(query, 'continue'),
    resourceVersion: textParameter(query, 'resourceVersion'),
    resourceVersionMatch: textParameter(query, 'resourceVersionMatch'),
    timeoutSeconds: intParameter(query, 'timeoutSeconds'),
    allowWatchBookmarks: boolParameter(query, 'allowWatchBookmarks') ?? false,
    sendInitialEvents: boolParameter(query, 'sendInitialEvents'),
  }
  if (query.size === 0) return options
  const errors = new FieldErrors()
  validateMatch(options, isWatch, errors)
  if (errors.list.length > 0) throw invalid(errors)
  checkVersion(options.resourceVersion)
  if (!isWatch && options.continue !== '' && options.resourceVersion !== '' && options.resourceVersion !== '0')
    throw badRequest('specifying resource version is not allowed when using continue')
  return options
}
