// Formats of strings that nobody checks are worth a warning: most are misspelt.
import type {CustomResourceDefinition} from '../../../schema/types.gen.ts'
import {fieldsOf, itemsOf, type Props, valuesOf} from './props.ts'

const recognized: ReadonlySet<string> = new Set(
  'bsonobjectid uri email hostname ipv4 ipv6 cidr mac uuid uuid3 uuid4 uuid5 isbn isbn10 isbn13 creditcard ssn hexcolor rgbcolor byte password date duration datetime k8sshortname k8slongname'.split(
    ' ',
  ),
)

const isOdd = ({type, format}: Props): boolean =>
  type === 'string' && Boolean(format) && !recognized.has((format ?? '').replaceAll('-', ''))

const oddFormats = (props: Props): string[] => {
  const parts = [itemsOf(props), valuesOf(props), ...fieldsOf(props).map(([, inner]) => inner)]
  const own = isOdd(props) ? [props.format ?? ''] : []
  return [...own, ...parts.flatMap((part) => (part ? oddFormats(part) : []))]
}

export const formatWarnings = ({spec}: CustomResourceDefinition): string[] => {
  const roots = (spec.versions ?? []).flatMap(({schema}) => (schema?.openAPIV3Schema ? [schema.openAPIV3Schema] : []))
  const formats = new Set(roots.flatMap(oddFormats))
  return [...formats].sort().map((format) => `unrecognized format ${JSON.stringify(format)}`)
}
