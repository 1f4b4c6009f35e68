// format.dns1123Label().validate(text): the rules of Kubernetes for names, with their words.
import {
  dns1035Label,
  dnsLabel,
  dnsSubdomain,
  forPrefix,
  type NameRule,
  qualifiedName,
  validLabelValue,
} from '../../meta/names.ts'
import {hasFormat} from '../../schema/formats.ts'
import {declare, type FunctionDecl} from '../language/environment.ts'
import {NamedFormat} from '../values/kubernetes.ts'
import {CelError} from '../values/numbers.ts'
import {none, type Optional, optionalOf} from '../values/optional.ts'

const ofSchema = (format: string, complaint: string) => (text: string) => (hasFormat(text, format) ? [] : [complaint])

/** Names that are generated may end with a dash. */
const prefix = (rule: NameRule) => (text: string) => forPrefix(rule)(text, {prefix: true})

const rules: Readonly<Record<string, (text: string) => readonly string[]>> = {
  dns1123Label: dnsLabel,
  dns1123Subdomain: dnsSubdomain,
  dns1035Label,
  qualifiedName,
  dns1123LabelPrefix: prefix(dnsLabel),
  dns1123SubdomainPrefix: prefix(dnsSubdomain),
  dns1035LabelPrefix: prefix(dns1035Label),
  labelValue: validLabelValue,
  uri: ofSchema('uri', 'invalid URI'),
  uuid: ofSchema('uuid', 'does not match the UUID format'),
  byte: ofSchema('byte', 'invalid base64'),
  date: ofSchema('date', 'invalid date'),
  datetime: ofSchema('datetime', 'invalid datetime'),
}

const F = 'kubernetes.NamedFormat'

const known = new Map(Object.entries(rules).map(([name, rule]) => [name, new NamedFormat(name, rule)]))

const named = (name: string): Optional => {
  const format = known.get(name)
  return format ? optionalOf(format) : none
}

const constant = (name: string): NamedFormat => {
  const format = known.get(name)
  if (!format) throw new CelError(`no such format: ${name}`)
  return format
}

const validate = (format: NamedFormat, text: string): Optional => {
  const complaints = format.complaints(text)
  return complaints.length === 0 ? none : optionalOf([...complaints])
}

export const formats: readonly FunctionDecl[] = [
  ...[...known.keys()].map((name) =>
    declare(`format.${name}`, {[`format-${name}`]: [`() -> ${F}`, () => constant(name)]}),
  ),
  declare('format.named', {'format-named': [`(string) -> optional(${F})`, named]}),
  declare('validate', {'format-validate': [`${F}.(string) -> optional(list(string))`, validate]}),
]
