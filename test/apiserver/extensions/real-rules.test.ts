import assert from 'node:assert/strict'
import {test} from 'node:test'
import {testServer} from '../test-server.ts'
import {install, path, widget, widgets} from './definitions.ts'

// Rules of the kind that well-known projects write (routes of a gateway, pools of nodes, clusters): as long, as nested,
// and with the bounds they state. The real server takes them, so they must be cheap enough here as well.

const name = {type: 'string', minLength: 1, maxLength: 253}
const filters = {
  type: 'array',
  maxItems: 16,
  items: {
    type: 'object',
    required: ['type'],
    properties: {
      type: {type: 'string', enum: ['RequestHeaderModifier', 'RequestRedirect', 'URLRewrite', 'ExtensionRef']},
      requestHeaderModifier: {
        type: 'object',
        properties: {
          set: {
            type: 'array',
            maxItems: 16,
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name'],
            items: {type: 'object', required: ['name'], properties: {name, value: {type: 'string', maxLength: 4096}}},
          },
        },
      },
      requestRedirect: {type: 'object', properties: {port: {type: 'integer', minimum: 1, maximum: 65535}}},
    },
    'x-kubernetes-validations': [
      {
        message: 'filter.requestHeaderModifier must be nil if the filter.type is not RequestHeaderModifier',
        rule: "!(has(self.requestHeaderModifier) && self.type != 'RequestHeaderModifier')",
      },
    ],
  },
  'x-kubernetes-validations': [
    {
      message: 'May specify either RequestRedirect or URLRewrite, but not both',
      rule: "!(self.exists(f, f.type == 'RequestRedirect') && self.exists(f, f.type == 'URLRewrite'))",
    },
    {
      message: 'RequestHeaderModifier filter cannot be repeated',
      rule: "self.filter(f, f.type == 'RequestHeaderModifier').size() <= 1",
    },
  ],
}

const pathRules = ['//', '/./', '/../', '%2f', '#'].map((part) => ({
  message: `must not contain '${part}' when type one of ['Exact', 'PathPrefix']`,
  rule: `(self.type in ['Exact','PathPrefix']) ? !self.value.contains('${part}') : true`,
}))

const matches = {
  type: 'array',
  maxItems: 64,
  default: [{path: {type: 'PathPrefix', value: '/'}}],
  items: {
    type: 'object',
    properties: {
      path: {
        type: 'object',
        default: {type: 'PathPrefix', value: '/'},
        properties: {
          type: {type: 'string', default: 'PathPrefix', enum: ['Exact', 'PathPrefix', 'RegularExpression']},
          value: {type: 'string', default: '/', maxLength: 1024},
        },
        'x-kubernetes-validations': [
          {
            message: "value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
            rule: "(self.type in ['Exact','PathPrefix']) ? self.value.startsWith('/') : true",
          },
          ...pathRules,
          {
            message: 'must only contain valid characters',
            rule: `(self.type in ['Exact','PathPrefix']) ? self.value.matches(r"""^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$""") : true`,
          },
        ],
      },
    },
  },
}

const same =
  "((!has(p1.__namespace__) || p1.__namespace__ == '') && (!has(p2.__namespace__) || p2.__namespace__ == ''))"
const parentRefs = {
  type: 'array',
  maxItems: 32,
  items: {
    type: 'object',
    required: ['name'],
    properties: {
      group: {type: 'string', default: 'gateway.example.com', maxLength: 253},
      kind: {type: 'string', default: 'Gateway', maxLength: 63},
      name,
      namespace: {type: 'string', maxLength: 63},
      sectionName: {type: 'string', maxLength: 253},
      port: {type: 'integer'},
    },
  },
  'x-kubernetes-validations': [
    {
      message: 'sectionName must be unique when parentRefs includes 2 or more references to the same parent',
      rule: `self.all(p1, self.exists_one(p2, p1.group == p2.group && p1.kind == p2.kind && p1.name == p2.name && (${same} || (has(p1.__namespace__) && has(p2.__namespace__) && p1.__namespace__ == p2.__namespace__)) && ((!has(p1.sectionName) && !has(p2.sectionName)) || (has(p1.sectionName) && has(p2.sectionName) && p1.sectionName == p2.sectionName))))`,
    },
  ],
}

const total = Array.from({length: 16}, (_, at) => `(self.size() > ${at} ? self[${at}].matches.size() : 0)`).join(' + ')

const requirements = {
  type: 'array',
  maxItems: 30,
  items: {
    type: 'object',
    required: ['key', 'operator'],
    properties: {
      key: {type: 'string', maxLength: 316},
      operator: {type: 'string', enum: ['In', 'NotIn', 'Exists', 'Gt', 'Lt']},
      values: {type: 'array', maxItems: 50, items: {type: 'string', maxLength: 63}},
      minValues: {type: 'integer', minimum: 1, maximum: 50},
    },
  },
  'x-kubernetes-validations': [
    {
      message: "requirements with operator 'In' must have a value defined",
      rule: "self.all(x, x.operator == 'In' ? x.values.size() != 0 : true)",
    },
    {
      message: "requirements operator 'Gt' or 'Lt' must have a single positive integer value",
      rule: "self.all(x, (x.operator == 'Gt' || x.operator == 'Lt') ? (x.values.size() == 1 && int(x.values[0]) >= 0) : true)",
    },
    {
      message: "requirements with 'minValues' must have at least that many values specified in the 'values' field",
      rule: "self.all(x, (x.operator == 'In' && has(x.minValues)) ? x.values.size() >= x.minValues : true)",
    },
  ],
}

const schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      properties: {
        parentRefs,
        rules: {
          type: 'array',
          maxItems: 16,
          items: {type: 'object', properties: {matches, filters}},
          'x-kubernetes-validations': [
            {
              message: 'the total number of matches across all rules in a route must be less than 128',
              rule: `(${total}) <= 128`,
            },
          ],
        },
        requirements,
        endpoint: {type: 'string', maxLength: 200},
        labels: {
          type: 'object',
          maxProperties: 100,
          additionalProperties: {type: 'string', maxLength: 63},
          'x-kubernetes-validations': [
            {
              message: 'label domain "example.io" is restricted',
              rule: 'self.all(x, x in ["example.io/zone"] || !x.find("^([^/]+)").endsWith("example.io"))',
            },
          ],
        },
        window: {
          type: 'object',
          properties: {schedule: {type: 'string'}, duration: {type: 'string', format: 'duration'}},
          'x-kubernetes-validations': [
            {message: "'schedule' must be set with 'duration'", rule: 'has(self.schedule) == has(self.duration)'},
            {message: 'too long', rule: "!has(self.duration) || self.duration <= duration('24h')"},
          ],
        },
      },
      'x-kubernetes-validations': [
        {message: 'endpoint is required once set', rule: '!has(oldSelf.endpoint) || has(self.endpoint)'},
        {message: 'endpoint is a URL', rule: "!has(self.endpoint) || url(self.endpoint).getScheme() == 'https'"},
      ],
    },
  },
}

const cases: readonly (readonly [string, object, string])[] = [
  [
    'redirects and rewrites',
    {rules: [{filters: [{type: 'RequestRedirect'}, {type: 'URLRewrite'}]}]},
    'May specify either',
  ],
  [
    'a modifier of another type',
    {rules: [{filters: [{type: 'ExtensionRef', requestHeaderModifier: {}}]}]},
    'must be nil',
  ],
  ['paths', {rules: [{matches: [{path: {value: 'a'}}]}]}, 'must be an absolute path'],
  ['characters of paths', {rules: [{matches: [{path: {value: '/a b'}}]}]}, 'valid characters'],
  ['twice the same parent', {parentRefs: [{name: 'a'}, {name: 'a'}]}, 'sectionName must be unique'],
  ['no value', {requirements: [{key: 'k', operator: 'In', values: []}]}, 'must have a value'],
  [
    'no number',
    {requirements: [{key: 'k', operator: 'Gt', values: ['x']}]},
    'parsing "x": invalid syntax evaluating rule',
  ],
  ['restricted labels', {labels: {'a.example.io/b': 'c'}}, 'is restricted'],
  ['half a window', {window: {schedule: '@daily'}}, "must be set with 'duration'"],
  ['a window of days', {window: {schedule: '@daily', duration: '48h'}}, 'too long'],
  ['endpoints', {endpoint: 'http://a/b'}, 'endpoint is a URL'],
]

test('rules as well-known projects write them are accepted and kept', async () => {
  await using server = await testServer()
  await install(server, widgets(schema))
  const post = (spec: object) => server.ask<{message: string}>(path, {method: 'POST', body: widget('a', spec)})
  for (const [what, spec, expected] of cases) {
    const {status, json} = await post(spec)
    assert.equal(status, 422, what)
    assert.ok(json.message.includes(expected), `${what}: ${json.message}`)
  }
  const good = {
    parentRefs: [
      {name: 'a', sectionName: 'x'},
      {name: 'a', sectionName: 'y'},
    ],
    rules: [{matches: [{path: {type: 'Exact', value: '/a%20b'}}, {}], filters: [{type: 'URLRewrite'}]}, {}],
    requirements: [{key: 'k', operator: 'Lt', values: ['3']}],
    labels: {'example.io/zone': 'z', other: 'o'},
    window: {schedule: '@daily', duration: '1h30m'},
    endpoint: 'https://a:1/b',
  }
  const made = await post(good)
  assert.equal(made.status, 201, made.text)
  const removed = await server.ask<{message: string}>(`${path}/a`, {
    method: 'PATCH',
    headers: {'content-type': 'application/merge-patch+json'},
    body: {spec: {endpoint: null}},
  })
  assert.match(removed.json.message, /endpoint is required once set/)
})
