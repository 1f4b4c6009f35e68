// Questions to the authorizer: whether somebody may do something. The answer is looked up when it is asked for.
import {declare, type FunctionDecl} from '../language/environment.ts'
import {CelError} from '../values/numbers.ts'

export interface Question {
  readonly user?: {readonly namespace: string; readonly name: string} | undefined
  readonly path?: string | undefined
  readonly group?: string | undefined
  readonly resource?: string | undefined
  readonly subresource?: string | undefined
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly verb: string
}

export interface Verdict {
  readonly allowed: boolean
  readonly reason: string
}

/** Who answers. */
export type Ask = (question: Question) => Verdict

/** A question that is not complete yet. */
export class Check {
  readonly ask: Ask
  readonly about: Omit<Question, 'verb'>
  constructor(ask: Ask, about: Omit<Question, 'verb'> = {}) {
    this.ask = ask
    this.about = about
  }
  with(more: Omit<Question, 'verb'>): Check {
    return new Check(this.ask, {...this.about, ...more})
  }
}

const base = 'kubernetes.authorization'
const [A, P, G, R, D] = ['Authorizer', 'PathCheck', 'GroupCheck', 'ResourceCheck', 'Decision'].map(
  (name) => `${base}.${name}`,
)

const pathCheck = (check: Check, path: string): Check => {
  if (path.length === 0) throw new CelError('path must not be empty')
  return check.with({path})
}

const decide = ({ask, about}: Check, verb: string): Verdict => ask({...about, verb})

export const authorizer: readonly FunctionDecl[] = [
  declare('path', {authorizer_path: [`${A}.(string) -> ${P}`, pathCheck]}),
  declare('group', {authorizer_group: [`${A}.(string) -> ${G}`, (check: Check, group: string) => check.with({group})]}),
  declare('serviceAccount', {
    authorizer_serviceaccount: [
      `${A}.(string, string) -> ${A}`,
      (check: Check, namespace: string, name: string) => check.with({user: {namespace, name}}),
    ],
  }),
  declare('resource', {
    groupcheck_resource: [`${G}.(string) -> ${R}`, (check: Check, resource: string) => check.with({resource})],
  }),
  declare('subresource', {
    resourcecheck_subresource: [
      `${R}.(string) -> ${R}`,
      (check: Check, subresource: string) => check.with({subresource}),
    ],
  }),
  declare('namespace', {
    resourcecheck_namespace: [`${R}.(string) -> ${R}`, (check: Check, namespace: string) => check.with({namespace})],
  }),
  declare('name', {resourcecheck_name: [`${R}.(string) -> ${R}`, (check: Check, name: string) => check.with({name})]}),
  declare('fieldSelector', {resourcecheck_fieldselector: [`${R}.(string) -> ${R}`, (check: Check) => check]}),
  declare('labelSelector', {resourcecheck_labelselector: [`${R}.(string) -> ${R}`, (check: Check) => check]}),
  declare('check', {
    pathcheck_check: [`${P}.(string) -> ${D}`, decide],
    resourcecheck_check: [`${R}.(string) -> ${D}`, decide],
  }),
  declare('allowed', {decision_allowed: [`${D}.() -> bool`, ({allowed}: Verdict) => allowed]}),
  declare('reason', {decision_reason: [`${D}.() -> string`, ({reason}: Verdict) => reason]}),
  declare('errored', {decision_errored: [`${D}.() -> bool`, () => false]}),
  declare('error', {decision_error: [`${D}.() -> string`, () => '']}),
]
