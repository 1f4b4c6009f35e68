import assert from 'node:assert/strict'
import {test} from 'node:test'
import {FieldErrors} from '../../../src/api/field-errors.ts'
import {formatWarnings} from '../../../src/api/kinds/apiextensions/schema/formats.ts'
import {defaultDefinition} from '../../../src/api/kinds/apiextensions/strategy.ts'
import {validateDefinition} from '../../../src/api/kinds/apiextensions/validate.ts'
import type {CustomResourceDefinition} from '../../../src/api/schema/types.gen.ts'

const definition = (properties: object, change: (crd: CustomResourceDefinition) => void = () => {}) => {
  const crd: CustomResourceDefinition = {
    metadata: {name: 'widgets.example.com'},
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: {plural: 'widgets', kind: 'Widget'},
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {openAPIV3Schema: {type: 'object', properties: properties as never}},
        },
      ],
    },
    status: {storedVersions: ['v1']},
  }
  change(crd)
  defaultDefinition(crd)
  return crd
}

const complaints = (crd: CustomResourceDefinition): string[] => {
  const errors = new FieldErrors()
  validateDefinition(crd, errors)
  return errors.list.map(({field, message}) => `${field}: ${message}`)
}

const root = 'spec.validation.openAPIV3Schema'

test('a sound definition is accepted', () => {
  assert.deepEqual(
    complaints(definition({spec: {type: 'object', properties: {a: {type: 'string', default: 'x'}}}})),
    [],
  )
})

const schemas: readonly (readonly [string, object, readonly string[]])[] = [
  [
    'types are stated everywhere',
    {a: {}, b: {type: 'array', items: {}}, c: {type: 'object', additionalProperties: {}}, d: {type: 'array'}},
    [
      `${root}.properties[a].type: Required value: must not be empty for specified object fields`,
      `${root}.properties[b].items.type: Required value: must not be empty for specified array items`,
      `${root}.properties[c].additionalProperties.type: Required value: must not be empty for specified object fields`,
      `${root}.properties[d].items: Required value: must be specified`,
    ],
  ],
  [
    'types are known ones',
    {a: {type: 'text'}},
    [
      `${root}.properties[a].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"`,
    ],
  ],
  [
    'combinations only judge values',
    {a: {type: 'string', anyOf: [{type: 'string', description: 'x', nullable: true}]}},
    [
      `${root}.properties[a].anyOf[0].description: Forbidden: must be empty to be structural`,
      `${root}.properties[a].anyOf[0].nullable: Forbidden: must be false to be structural`,
      `${root}.properties[a].anyOf[0].type: Forbidden: must be empty to be structural`,
    ],
  ],
  [
    'combinations speak only of what is stated outside',
    {a: {type: 'object', oneOf: [{properties: {b: {minimum: 1}}}]}},
    [
      `${root}.properties[a].properties[b]: Required value: because it is defined in ${root}.properties[a].oneOf[0].properties[b]`,
    ],
  ],
  [
    'an integer or string may be written out',
    {a: {'x-kubernetes-int-or-string': true, anyOf: [{type: 'integer'}, {type: 'string'}]}},
    [],
  ],
  [
    'unsupported words',
    {a: {type: 'string', uniqueItems: true, $ref: '#/x', id: 'i'}},
    [
      `${root}.properties[a].id: Forbidden: id is not supported`,
      `${root}.properties[a].$ref: Forbidden: $ref is not supported`,
      `${root}.properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic`,
    ],
  ],
  [
    'fields and values of maps exclude each other',
    {a: {type: 'object', properties: {b: {type: 'string'}}, additionalProperties: {type: 'string'}}},
    [`${root}.properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`],
  ],
  [
    'keyed lists',
    {
      a: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k', 'z'],
        items: {type: 'object', nullable: true, properties: {k: {type: 'string', nullable: true}}},
      },
    },
    [
      `${root}.properties[a].x-kubernetes-list-map-keys: Invalid value: ["k","z"]: entries must all be names of item properties`,
      `${root}.properties[a].items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is map`,
      `${root}.properties[a].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
      `${root}.properties[a].items.properties[k].nullable: Forbidden: this property is in x-kubernetes-list-map-keys, so it cannot be nullable`,
    ],
  ],
  [
    'embedded resources',
    {a: {type: 'object', 'x-kubernetes-embedded-resource': true}},
    [
      `${root}.properties[a].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields`,
    ],
  ],
  [
    'patterns must be regular expressions',
    {a: {type: 'string', pattern: '('}},
    [
      `${root}.properties[a].pattern: Invalid value: "(": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): \`(\``,
    ],
  ],
  [
    'metadata is the business of the server',
    {metadata: {type: 'object', properties: {labels: {type: 'object'}}}},
    [
      `${root}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`,
    ],
  ],
  [
    'defaults fit their schema',
    {
      a: {type: 'integer', default: 'x'},
      b: {type: 'object', default: {c: 1, d: 2}, properties: {c: {type: 'integer'}}},
      e: {type: 'object', default: {f: 'x'}, properties: {f: {type: 'string', enum: ['y']}}},
    },
    [
      `${root}.properties[a].default: Invalid value: "string":  in body must be of type integer: "string"`,
      `${root}.properties[b].default: Invalid value: {"c":1,"d":2}: must not have unknown fields`,
      `${root}.properties[e].default.f: Unsupported value: "x": supported values: "y"`,
    ],
  ],
  [
    'the identity of an object has no defaults',
    {kind: {type: 'string', default: 'x'}},
    [`${root}.properties[kind].default: Forbidden: must not be set in top-level kind`],
  ],
  [
    'rules',
    {
      a: {
        type: 'string',
        'x-kubernetes-validations': [
          {rule: ''},
          {rule: 'true', message: 'a\nb'},
          {rule: 'true\n', reason: 'Odd', fieldPath: '.x'},
          {rule: 'true &&\n true'},
        ],
      },
    },
    [
      `${root}.properties[a].x-kubernetes-validations[0].rule: Required value: rule is not specified`,
      `${root}.properties[a].x-kubernetes-validations[1].message: Invalid value: "a\\nb": message must not contain line breaks`,
      `${root}.properties[a].x-kubernetes-validations[2].reason: Unsupported value: "Odd": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`,
      `${root}.properties[a].x-kubernetes-validations[2].fieldPath: Invalid value: ".x": fieldPath must be a valid path`,
      `${root}.properties[a].x-kubernetes-validations[3].message: Required value: message must be specified if rule contains line breaks`,
    ],
  ],
]

for (const [name, properties, expected] of schemas)
  test(`schema: ${name}`, () => assert.deepEqual(complaints(definition(properties)), expected))

const definitions: readonly (readonly [string, (crd: CustomResourceDefinition) => void, readonly string[]])[] = [
  [
    'groups and names',
    ({spec}) =>
      Object.assign(spec, {group: 'example', names: {plural: 'Widgets', kind: 'W_', listKind: 'W_'}, scope: 'World'}),
    [
      'metadata.name: Invalid value: "widgets.example.com": must be spec.names.plural+"."+spec.group',
      'spec.group: Invalid value: "example": should be a domain with at least one dot',
      'spec.scope: Unsupported value: "World": supported values: "Cluster", "Namespaced"',
      `spec.names.plural: Invalid value: "Widgets": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
      `spec.names.singular: Invalid value: "w_": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
      `spec.names.kind: Invalid value: "W_": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
      `spec.names.listKind: Invalid value: "W_": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
      'spec.names.listKind: Invalid value: "W_": kind and listKind may not be the same',
    ],
  ],
  [
    'exactly one version is stored',
    ({spec}) => Object.assign(spec.versions[0] ?? {}, {storage: false}),
    [
      'spec.versions: Invalid value: [{"Name":"v1","Served":true,"Storage":false,"Deprecated":false,"DeprecationWarning":null,"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,"SelectableFields":null}]: must have exactly one version marked as storage version',
    ],
  ],
  [
    'columns',
    ({spec}) =>
      Object.assign(spec.versions[0] ?? {}, {
        additionalPrinterColumns: [
          {name: 'A', type: 'text', jsonPath: 'spec.a'},
          {name: '', type: 'date', format: 'long'},
        ],
      }),
    [
      'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
      'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "spec.a": must be a simple json path starting with .',
      'spec.additionalPrinterColumns[1].name: Required value',
      'spec.additionalPrinterColumns[1].format: Invalid value: "long": must be one of byte,date,date-time,double,float,int32,int64,password',
      'spec.additionalPrinterColumns[1].JSONPath: Required value',
    ],
  ],
  [
    'scale paths',
    ({spec}) =>
      Object.assign(spec.versions[0] ?? {}, {
        subresources: {
          scale: {specReplicasPath: '.status.x', statusReplicasPath: 'x', labelSelectorPath: '.metadata.x'},
        },
      }),
    [
      'spec.subresources.scale.specReplicasPath: Invalid value: ".status.x": should be a json path under .spec',
      'spec.subresources.scale.statusReplicasPath: Invalid value: "x": must be a simple json path starting with .',
      'spec.subresources.scale.labelSelectorPath: Invalid value: ".metadata.x": should be a json path under either .spec or .status',
    ],
  ],
  [
    'selectable fields',
    ({spec}) =>
      Object.assign(spec.versions[0] ?? {}, {
        selectableFields: [{jsonPath: '.spec.a'}, {jsonPath: '.spec'}, {jsonPath: ''}],
      }),
    [
      'spec.selectableFields[0].jsonPath: Invalid value: ".spec.a": is an invalid path: does not refer to a valid field',
      'spec.selectableFields[1]: Invalid value: ".spec": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
      'spec.selectableFields[2].jsonPath: Required value',
    ],
  ],
  [
    'conversion',
    ({spec}) => Object.assign(spec, {conversion: {strategy: 'Webhook', webhook: {conversionReviewVersions: ['v9']}}}),
    [
      'spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook',
      'spec.conversion.conversionReviewVersions: Invalid value: ["v9"]: must include at least one of v1, v1beta1',
    ],
  ],
  [
    'protected groups are approved',
    ({spec, metadata = {}}) => {
      spec.group = 'x.k8s.io'
      metadata.name = 'widgets.x.k8s.io'
      metadata.annotations = {'api-approved.kubernetes.io': 'maybe'}
    },
    [
      'metadata.annotations[api-approved.kubernetes.io]: Invalid value: "maybe": protected groups must have approval annotation "api-approved.kubernetes.io" with either a URL or a reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111',
    ],
  ],
]

for (const [name, change, expected] of definitions)
  test(`definition: ${name}`, () =>
    assert.deepEqual(complaints(definition({spec: {type: 'object'}}, change)), expected))

const ruleOn = (schema: object, rule: object) => ({a: {...schema, 'x-kubernetes-validations': [rule]}})
const at = `${root}.properties[a].x-kubernetes-validations[0]`
const shownRule = (rule: string, more: object = {}) =>
  JSON.stringify({
    Rule: rule,
    Message: '',
    MessageExpression: '',
    Reason: null,
    FieldPath: '',
    OptionalOldSelf: null,
    ...more,
  })
const advice =
  '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)'
const whole = `${root}: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of`
const contributed =
  'Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'

const expressions: readonly (readonly [string, object, readonly string[]])[] = [
  ['a rule that compiles and is cheap', ruleOn({type: 'integer'}, {rule: 'self > 1'}), []],
  [
    'a field that does not exist',
    ruleOn({type: 'object', properties: {b: {type: 'string'}}}, {rule: 'self.c == "x"'}),
    [
      `${at}.rule: Invalid value: ${shownRule('self.c == "x"')}: compilation failed: ERROR: <input>:1:5: undefined field 'c'\n | self.c == "x"\n | ....^`,
    ],
  ],
  [
    'a rule that is no test',
    ruleOn({type: 'integer'}, {rule: 'self + 1'}),
    [`${at}.rule: Invalid value: ${shownRule('self + 1')}: cel expression must evaluate to a bool`],
  ],
  [
    'a message that is no text',
    ruleOn({type: 'integer'}, {rule: 'self > 1', messageExpression: 'self'}),
    [
      `${at}.messageExpression: Invalid value: ${shownRule('self > 1', {MessageExpression: 'self'})}: messageExpression must evaluate to a string`,
    ],
  ],
  [
    'a message of unknown length',
    ruleOn({type: 'integer'}, {rule: 'self > 1', messageExpression: "'it is ' + string(self)"}),
    [
      `${at}.messageExpression: Forbidden: estimated messageExpression cost exceeds budget by factor of more than 100x ${advice}`,
      `${at}.messageExpression: ${contributed}`,
      `${whole} more than 100x ${advice}`,
    ],
  ],
  [
    'a walk over lists of lists without bounds',
    ruleOn(
      {type: 'array', items: {type: 'array', items: {type: 'string'}}},
      {rule: "self.all(x, x.all(y, y.contains('a')))"},
    ),
    [
      `${at}.rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x ${advice}`,
      `${at}.rule: ${contributed}`,
      `${whole} more than 100x ${advice}`,
    ],
  ],
  [
    'the same walk with bounds',
    ruleOn(
      {type: 'array', maxItems: 10, items: {type: 'array', maxItems: 10, items: {type: 'string', maxLength: 10}}},
      {rule: "self.all(x, x.all(y, y.contains('a')))"},
    ),
    [],
  ],
  [
    'the past of items that cannot be told apart',
    {
      a: {
        type: 'array',
        maxItems: 3,
        items: {type: 'integer', 'x-kubernetes-validations': [{rule: 'self == oldSelf'}]},
      },
    },
    [
      `${root}.properties[a].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within ${root}.properties[a]`,
    ],
  ],
  [
    'an optional past that is not asked for',
    ruleOn({type: 'integer'}, {rule: 'self > 1', optionalOldSelf: true}),
    [`${at}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`],
  ],
]

for (const [name, properties, expected] of expressions)
  test(`expressions: ${name}`, () => assert.deepEqual(complaints(definition(properties)), expected))

test('formats of strings that nobody knows are warned of', () => {
  const spec = {
    type: 'object',
    properties: {
      a: {type: 'string', format: 'phone'},
      b: {type: 'integer', format: 'int32'},
      c: {type: 'string', format: 'date-time'},
      d: {type: 'array', items: {type: 'string', format: 'colour'}},
    },
  }
  assert.deepEqual(formatWarnings(definition({spec})), ['unrecognized format "colour"', 'unrecognized format "phone"'])
})
