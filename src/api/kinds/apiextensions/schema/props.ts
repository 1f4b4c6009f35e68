// Reading a JSONSchemaProps: what may be a schema or something else, and the schemas below one.
import type {JSONSchemaProps} from '../../../schema/types.gen.ts'

export type Props = JSONSchemaProps

export const asProps = (value: unknown): Props | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Props) : undefined

export const itemsOf = (props: Props): Props | undefined => asProps(props.items)
export const valuesOf = (props: Props): Props | undefined => asProps(props.additionalProperties)
export const fieldsOf = (props: Props): [string, Props][] => Object.entries(props.properties ?? {})
export const isOpenTo = (props: Props): boolean => props['x-kubernetes-preserve-unknown-fields'] === true
export const isIntOrString = (props: Props): boolean => props['x-kubernetes-int-or-string'] === true
export const isEmbedded = (props: Props): boolean => props['x-kubernetes-embedded-resource'] === true
