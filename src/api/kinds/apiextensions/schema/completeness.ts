// What a combination speaks of must be there outside of it.
import type {FieldErrors} from '../../../field-errors.ts'
import {fieldsOf, itemsOf, type Props, valuesOf} from './props.ts'

interface Place {
  readonly skeleton: Props | undefined
  readonly path: string
}

const missing = ({path}: Place, at: string, errors: FieldErrors): void =>
  errors.required(path, `because it is defined in ${at}`)

const checkJudgements = (props: Props, place: Place, at: string, errors: FieldErrors): void => {
  if (!place.skeleton) {
    missing(place, at, errors)
    return
  }
  for (const word of ['allOf', 'anyOf', 'oneOf'] as const)
    for (const [index, inner] of (props[word] ?? []).entries())
      checkNested(inner, place, `${at}.${word}[${index}]`, errors)
  if (props.not) checkNested(props.not, place, `${at}.not`, errors)
}

const checkNested = (props: Props, place: Place, at: string, errors: FieldErrors): void => {
  const {skeleton, path} = place
  if (!skeleton) {
    missing(place, at, errors)
    return
  }
  checkJudgements(props, place, at, errors)
  const items = itemsOf(props)
  if (items) checkNested(items, {skeleton: itemsOf(skeleton), path: `${path}.items`}, `${at}.items`, errors)
  for (const [field, inner] of fieldsOf(props)) {
    const known = skeleton.properties?.[field]
    const values = known ? undefined : valuesOf(skeleton)
    const next = values
      ? {skeleton: values, path: `${path}.additionalProperties`}
      : {skeleton: known, path: `${path}.properties[${field}]`}
    checkNested(inner, next, `${at}.properties[${field}]`, errors)
  }
}

export const checkCompleteness = (props: Props, path: string, errors: FieldErrors): void => {
  checkJudgements(props, {skeleton: props, path}, path, errors)
  const items = itemsOf(props)
  if (items) checkCompleteness(items, `${path}.items`, errors)
  for (const [field, inner] of fieldsOf(props)) checkCompleteness(inner, `${path}.properties[${field}]`, errors)
  const values = valuesOf(props)
  if (values) checkCompleteness(values, `${path}.additionalProperties`, errors)
}
