// The expressions of x-kubernetes-validations: whether they compile, and what they may cost at worst, each and together.
import {mostOfSize, schemaType} from '../../../cel/schema-type.ts'
import {compile} from '../../../custom/compile.ts'
import {type Compiled, type RuleProgram, ruleProgramsOf} from '../../../custom/rule-programs.ts'
import type {FieldErrors} from '../../../field-errors.ts'
import type {Schema} from '../../../schema/contract.ts'
import {shownRule} from './internal-form.ts'
import {fieldsOf, isEmbedded, itemsOf, type Props, valuesOf} from './props.ts'

const limitPerRule = 10_000_000
const limitPerSchema = 100_000_000
const mostCounted = 2 ** 64 - 1
const shownMost = 4

interface Node {
  readonly props: Props
  readonly schema: Schema
  readonly path: string
  readonly isWhole: boolean
  /** How many of these one object may hold; undefined: as many as fit. */
  readonly count: number | undefined
  /** Where values can no longer be told from each other over an update. */
  readonly uncorrelated: string | undefined
}

interface Total {
  sum: number
  readonly rules: {readonly path: string; readonly cost: number}[]
}

const capped = (cost: number): number => Math.min(cost, mostCounted)

const advice =
  'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared'

const exceeds = (what: string, cost: number, limit: number): string => {
  const factor = cost / limit
  const shown = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`
  return `${what} exceeds budget by factor of ${shown} (${advice})`
}

const costOf = (compiled: Compiled | undefined): number => (compiled && 'program' in compiled ? compiled.cost : 0)

const observe = (total: Total, path: string, cost: number): void => {
  total.sum = capped(total.sum + cost)
  if (cost >= limitPerSchema / 100) total.rules.push({path, cost})
}

const checkMessage = ({rule, message}: RuleProgram, at: string, total: Total, errors: FieldErrors): void => {
  if (!message) return
  if ('problem' in message) errors.invalid(at, shownRule(rule), message.problem)
  else {
    if (message.cost > limitPerRule)
      errors.forbidden(at, exceeds('estimated messageExpression cost', message.cost, limitPerRule))
    observe(total, at, message.cost)
  }
}

const checkProgram = (program: RuleProgram, index: number, node: Node, total: Total, errors: FieldErrors): void => {
  const {rule, test, usesOld} = program
  const at = `${node.path}.x-kubernetes-validations[${index}]`
  const size = schemaType(node.schema, node.isWhole)?.leastBytes ?? 0
  const cost = capped(costOf(test) * (node.count ?? mostOfSize(size)))
  if (cost > limitPerRule) errors.forbidden(`${at}.rule`, exceeds('estimated rule cost', cost, limitPerRule))
  observe(total, `${at}.rule`, cost)
  if ('problem' in test) errors.invalid(`${at}.rule`, shownRule(rule), test.problem)
  checkMessage(program, `${at}.messageExpression`, total, errors)
  if (usesOld && node.uncorrelated !== undefined)
    errors.invalid(
      `${at}.rule`,
      rule.rule,
      `oldSelf cannot be used on the uncorrelatable portion of the schema within ${node.uncorrelated}`,
    )
  if (!usesOld && rule.optionalOldSelf !== undefined && 'program' in test)
    errors.invalid(`${at}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule')
}

const repeated = (count: number | undefined, most: number | undefined): number | undefined =>
  count === undefined || most === undefined ? undefined : capped(count * most)

const partsOf = (node: Node): Node[] => {
  const {props, schema, path, count} = node
  const parts: Node[] = []
  const values = valuesOf(props)
  if (values && schema.values)
    parts.push({
      ...node,
      props: values,
      schema: schema.values,
      path: `${path}.additionalProperties`,
      isWhole: isEmbedded(values),
      count: repeated(count, props.maxProperties),
    })
  const isAtomic = props['x-kubernetes-map-type'] === 'atomic'
  for (const [field, inner] of fieldsOf(props)) {
    const of = schema.properties?.[field]
    if (of)
      parts.push({
        ...node,
        props: inner,
        schema: of,
        path: `${path}.properties[${field}]`,
        isWhole: isEmbedded(inner),
        uncorrelated: node.uncorrelated ?? (isAtomic ? path : undefined),
      })
  }
  const items = itemsOf(props)
  if (items && schema.items)
    parts.push({
      props: items,
      schema: schema.items,
      path: `${path}.items`,
      isWhole: isEmbedded(items),
      count: repeated(count, props.maxItems),
      uncorrelated: node.uncorrelated ?? (props['x-kubernetes-list-type'] === 'map' ? undefined : path),
    })
  return parts
}

const checkNode = (node: Node, total: Total, errors: FieldErrors): void => {
  for (const part of partsOf(node)) checkNode(part, total, errors)
  if (node.schema.rules?.validations)
    for (const [index, program] of ruleProgramsOf(node.schema, node.isWhole).entries())
      checkProgram(program, index, node, total, errors)
}

const checkTotal = ({sum, rules}: Total, path: string, errors: FieldErrors): void => {
  if (sum <= limitPerSchema) return
  for (const {path: at} of [...rules].sort((a, b) => b.cost - a.cost).slice(0, shownMost))
    errors.forbidden(at, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema')
  const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema'
  errors.forbidden(path, exceeds(what, sum, limitPerSchema))
}

export const checkExpressions = (root: Props, path: string, errors: FieldErrors): void => {
  const total: Total = {sum: 0, rules: []}
  const schema = compile(root, true)
  checkNode({props: root, schema, path, isWhole: true, count: 1, uncorrelated: undefined}, total, errors)
  checkTotal(total, path, errors)
}
