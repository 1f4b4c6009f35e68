// Paths inside containers and volumes: relative ones that cannot climb out.
import type {FieldErrors} from '../field-errors.ts'

const climbs = (path: string): boolean => path.split('/').includes('..')

export const checkNoBacksteps = (value: string, path: string, errors: FieldErrors): void => {
  if (climbs(value)) errors.invalid(path, value, "must not contain '..'")
}

export const checkLocalPath = (value: string, path: string, errors: FieldErrors): void => {
  if (value.startsWith('/')) errors.invalid(path, value, 'must be a relative path')
  checkNoBacksteps(value, path, errors)
}

/** Names that start with two dots are the kubelet's own. */
export const checkUnreservedPath = (value: string, path: string, errors: FieldErrors): void => {
  checkLocalPath(value, path, errors)
  if (value.startsWith('..') && !value.startsWith('../')) errors.invalid(path, value, "must not start with '..'")
}

export const modeRange = 'must be a number between 0 and 0777 (octal), both inclusive'

export const checkFileMode = (mode: number | undefined, path: string, errors: FieldErrors): void => {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) errors.invalid(path, mode, modeRange)
}
