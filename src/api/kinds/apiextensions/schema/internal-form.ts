// How messages show parts of a definition: in the form the server keeps in memory, with the names of its fields there.
import type {CustomResourceDefinitionVersion} from '../../../schema/types.gen.ts'
import {asProps, type Props} from './props.ts'

type Shown = Record<string, unknown>

const many = (list: readonly Props[] | undefined): unknown => list?.map(shownSchema) ?? null
const named = (fields: Readonly<Record<string, Props>> | undefined): unknown =>
  fields ? Object.fromEntries(Object.entries(fields).map(([field, props]) => [field, shownSchema(props)])) : null
const one = (props: Props | undefined): unknown => (props ? shownSchema(props) : null)

const schemaOrMany = (value: unknown): unknown => {
  if (value === undefined) return null
  return Array.isArray(value)
    ? {Schema: null, JSONSchemas: many(value as Props[])}
    : {Schema: one(asProps(value)), JSONSchemas: null}
}

const schemaOrBoolean = (value: unknown): unknown => {
  if (value === undefined) return null
  return {Allows: value !== false, Schema: one(asProps(value))}
}

export const shownRule = (rule: NonNullable<Props['x-kubernetes-validations']>[number]): Shown => ({
  Rule: rule.rule,
  Message: rule.message ?? '',
  MessageExpression: rule.messageExpression ?? '',
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? '',
  OptionalOldSelf: rule.optionalOldSelf ?? null,
})

export const shownSchema = (props: Props): Shown => ({
  ID: props.id ?? '',
  Schema: props.$schema ?? '',
  Ref: props.$ref ?? null,
  Description: props.description ?? '',
  Type: props.type ?? '',
  Nullable: props.nullable ?? false,
  Format: props.format ?? '',
  Title: props.title ?? '',
  Default: props.default ?? null,
  Maximum: props.maximum ?? null,
  ExclusiveMaximum: props.exclusiveMaximum ?? false,
  Minimum: props.minimum ?? null,
  ExclusiveMinimum: props.exclusiveMinimum ?? false,
  MaxLength: props.maxLength ?? null,
  MinLength: props.minLength ?? null,
  Pattern: props.pattern ?? '',
  MaxItems: props.maxItems ?? null,
  MinItems: props.minItems ?? null,
  UniqueItems: props.uniqueItems ?? false,
  MultipleOf: props.multipleOf ?? null,
  Enum: props.enum ?? null,
  MaxProperties: props.maxProperties ?? null,
  MinProperties: props.minProperties ?? null,
  Required: props.required ?? null,
  Items: schemaOrMany(props.items),
  AllOf: many(props.allOf),
  OneOf: many(props.oneOf),
  AnyOf: many(props.anyOf),
  Not: one(props.not),
  Properties: named(props.properties),
  AdditionalProperties: schemaOrBoolean(props.additionalProperties),
  PatternProperties: named(props.patternProperties),
  Dependencies: props.dependencies ?? null,
  AdditionalItems: schemaOrBoolean(props.additionalItems),
  Definitions: named(props.definitions),
  ExternalDocs: props.externalDocs
    ? {Description: props.externalDocs.description ?? '', URL: props.externalDocs.url ?? ''}
    : null,
  Example: props.example ?? null,
  XPreserveUnknownFields: props['x-kubernetes-preserve-unknown-fields'] ?? null,
  XEmbeddedResource: props['x-kubernetes-embedded-resource'] ?? false,
  XIntOrString: props['x-kubernetes-int-or-string'] ?? false,
  XListMapKeys: props['x-kubernetes-list-map-keys'] ?? null,
  XListType: props['x-kubernetes-list-type'] ?? null,
  XMapType: props['x-kubernetes-map-type'] ?? null,
  XValidations: props['x-kubernetes-validations']?.map(shownRule) ?? null,
})

type Scale = NonNullable<NonNullable<CustomResourceDefinitionVersion['subresources']>['scale']>

const shownScale = (scale: Scale): Shown => ({
  SpecReplicasPath: scale.specReplicasPath ?? '',
  StatusReplicasPath: scale.statusReplicasPath ?? '',
  LabelSelectorPath: scale.labelSelectorPath ?? null,
})

export const shownVersion = (version: CustomResourceDefinitionVersion): Shown => {
  const {subresources, additionalPrinterColumns, selectableFields} = version
  const root = version.schema?.openAPIV3Schema
  return {
    Name: version.name ?? '',
    Served: version.served ?? false,
    Storage: version.storage ?? false,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: version.schema ? {OpenAPIV3Schema: root ? shownSchema(root) : null} : null,
    Subresources: subresources
      ? {Status: subresources.status ? {} : null, Scale: subresources.scale ? shownScale(subresources.scale) : null}
      : null,
    AdditionalPrinterColumns:
      additionalPrinterColumns?.map((column) => ({
        Name: column.name ?? '',
        Type: column.type ?? '',
        Format: column.format ?? '',
        Description: column.description ?? '',
        Priority: column.priority ?? 0,
        JSONPath: column.jsonPath ?? '',
      })) ?? null,
    SelectableFields: selectableFields?.map(({jsonPath}) => ({JSONPath: jsonPath ?? ''})) ?? null,
  }
}
