// What things about devices are called: pools, attributes, shares.
import type {FieldErrors} from '../../field-errors.ts'
import {cIdentifier} from '../../meta/names.ts'
import {checkName, checkRequired, checkSubdomain} from '../checks.ts'
import {checkCsiDriverName} from '../core/validate-storage-source.ts'

const longestPool = 253
export const longestId = 32
const longestDomain = 63
/** A domain, a slash and a name. */
export const longestAttribute = longestDomain + 1 + longestId

export const checkPoolName = (name: string | undefined, path: string, errors: FieldErrors) => {
  if (!checkRequired(name, path, errors)) return
  if ((name ?? '').length > longestPool) errors.tooLong(path, longestPool)
  for (const part of (name ?? '').split('/')) checkSubdomain(part, path, errors)
}

const checkId = (id: string, path: string, errors: FieldErrors) => {
  if (id.length > longestId) errors.tooLong(path, longestId)
  checkName(cIdentifier, id, path, errors)
}

/** `model` or `gpu.example.com/model`. */
export const checkAttributeName = (name: string, path: string, errors: FieldErrors) => {
  const [first = '', second, ...more] = name.split('/')
  if (second === undefined) return checkId(first, path, errors)
  if (more.length > 0) return
  if (first === '') errors.invalid(path, '', 'the domain must not be empty')
  else checkCsiDriverName(first, path, errors)
  if (second === '') errors.invalid(path, '', 'the name must not be empty')
  else checkId(second, path, errors)
}

export const checkFullAttributeName = (name: string, path: string, errors: FieldErrors) => {
  checkAttributeName(name, path, errors)
  if (!name.includes('/'))
    errors.invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash')
}

const normalUid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const uidForms = /^(urn:uuid:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^\{[0-9a-f-]{36}\}$|^[0-9a-f]{32}$/i
const uidLengths = [32, 36, 38, 45]

export const checkShareId = (uid: string, path: string, errors: FieldErrors) => {
  if (normalUid.test(uid)) return
  if (uidForms.test(uid))
    return errors.invalid(
      path,
      uid,
      'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters',
    )
  const why = uidLengths.includes(uid.length) ? 'invalid UUID format' : `invalid UUID length: ${uid.length}`
  errors.invalid(path, uid, `error validating uid: ${why}`)
}
