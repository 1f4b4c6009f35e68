// Names of a custom resource that follow from others, and how its versions convert.
import type {CustomResourceDefinition} from '../../schema/types.gen.ts'

export const defaultDefinition = ({spec}: CustomResourceDefinition): void => {
  if (!spec) return
  if (spec.names) {
    spec.names.singular ||= (spec.names.kind ?? '').toLowerCase()
    spec.names.listKind ||= spec.names.kind ? `${spec.names.kind}List` : ''
  }
  spec.conversion ??= {strategy: 'None'}
  const service = spec.conversion.webhook?.clientConfig?.service
  if (service) service.port ??= 443
}
