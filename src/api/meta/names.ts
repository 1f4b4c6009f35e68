// What names look like. Every rule returns its complaints, in the words the API has for them; none means it is fine.

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomain = `${label}(\\.${label})*`
const dns1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const labelValue = `(${qualified})?`
const wildcard = `\\*\\.${subdomain}`
const configKey = '[-._a-zA-Z0-9]+'
const headerName = '[-A-Za-z0-9]+'
const percent = '[0-9]+%'

const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`)
const patterns = {
  label: whole(label),
  subdomain: whole(subdomain),
  dns1035: whole(dns1035),
  qualified: whole(qualified),
  labelValue: whole(labelValue),
  wildcard: whole(wildcard),
  configKey: whole(configKey),
  headerName: whole(headerName),
  percent: whole(percent),
}

/** `... (e.g. 'a',  or 'b', regex used for validation is '...')` */
const mismatch = (text: string, pattern: string, ...examples: string[]): string => {
  const given = examples.map((example) => `'${example}', `).join(' or ')
  return `${text} (e.g. ${given}regex used for validation is '${pattern}')`
}
const tooLong = (max: number): string => `must be no more than ${max} characters`
const tooManyBytes = (max: number): string => `must be no more than ${max} bytes`
export const byteLength = (text: string): number => Buffer.byteLength(text)

export type NameRule = (name: string) => string[]

const labelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"

export const dnsLabel: NameRule = (name) => {
  const complaints = byteLength(name) > 63 ? [tooLong(63)] : []
  if (patterns.label.test(name)) return complaints
  if (patterns.subdomain.test(name)) return [...complaints, 'must not contain dots']
  return [...complaints, mismatch(labelText, label, 'my-name', '123-abc')]
}

export const dnsSubdomain: NameRule = (name) => [
  ...(byteLength(name) > 253 ? [tooLong(253)] : []),
  ...(patterns.subdomain.test(name) ? [] : [mismatch(subdomainText, subdomain, 'example.com')]),
]

/** The older label: it may not start with a digit. */
export const dns1035Label: NameRule = (name) => [
  ...(byteLength(name) > 63 ? [tooLong(63)] : []),
  ...(patterns.dns1035.test(name)
    ? []
    : [
        mismatch(
          "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
          dns1035,
          'my-name',
          'abc-123',
        ),
      ]),
]

export const wildcardSubdomain: NameRule = (name) => [
  ...(byteLength(name) > 253 ? [tooLong(253)] : []),
  ...(patterns.wildcard.test(name)
    ? []
    : [
        mismatch(
          "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
          wildcard,
          '*.example.com',
        ),
      ]),
]

const qualifiedText =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const qualifiedExamples = ['MyName', 'my.name', '123-abc']

const prefixComplaints = (prefix: string): string[] =>
  (prefix === '' ? ['must be non-empty'] : dnsSubdomain(prefix)).map((complaint) => `prefix part ${complaint}`)

/** `example.com/name` or `name`: keys of labels and annotations, names of resources and finalizers. */
export const qualifiedName: NameRule = (name) => {
  const parts = name.split('/')
  if (parts.length > 2)
    return [
      `a qualified name ${mismatch(qualifiedText, qualified, ...qualifiedExamples)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  const local = parts.at(-1) ?? ''
  return [
    ...(parts.length === 2 ? prefixComplaints(parts[0] ?? '') : []),
    ...(local === '' ? ['name part must be non-empty'] : []),
    ...(byteLength(local) > 63 ? [`name part ${tooManyBytes(63)}`] : []),
    ...(patterns.qualified.test(local)
      ? []
      : [`name part ${mismatch(qualifiedText, qualified, ...qualifiedExamples)}`]),
  ]
}

export const validLabelValue: NameRule = (value) => [
  ...(byteLength(value) > 63 ? [tooManyBytes(63)] : []),
  ...(patterns.labelValue.test(value)
    ? []
    : [
        mismatch(
          `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
          labelValue,
          'MyValue',
          'my_value',
          '12345',
        ),
      ]),
]

const parentPathComplaints = (name: string): string[] => {
  if (name === '.') return ["must not be '.'"]
  if (name === '..') return ["must not be '..'"]
  return name.startsWith('..') ? ["must not start with '..'"] : []
}

/** Keys of ConfigMaps and Secrets: they become file names. */
export const configMapKey: NameRule = (key) => [
  ...(byteLength(key) > 253 ? [tooLong(253)] : []),
  ...(patterns.configKey.test(key)
    ? []
    : [
        mismatch(
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
          configKey,
          'key.name',
          'KEY_NAME',
          'key-name',
        ),
      ]),
  ...parentPathComplaints(key),
]

export const environmentName: NameRule = (name) => [
  ...(name === '' ? ['environment variable name must be non-empty'] : []),
  ...(/^[\x20-\x3c\x3e-\x7e]*$/.test(name)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]),
]

export const httpHeaderName: NameRule = (name) =>
  patterns.headerName.test(name)
    ? []
    : [mismatch("a valid HTTP header must consist of alphanumeric characters or '-'", headerName, 'X-Header-Name')]

const identifier = '[A-Za-z_][A-Za-z0-9_]*'

export const cIdentifier: NameRule = (name) =>
  whole(identifier).test(name)
    ? []
    : [
        mismatch(
          "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
          identifier,
          'my_name',
          'MY_NAME',
          'MyName',
        ),
      ]

const reason = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'

export const conditionReason: NameRule = (text) =>
  whole(reason).test(text)
    ? []
    : [
        mismatch(
          "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
          reason,
          'my_name',
          'MY_NAME',
          'MyName',
          'ReasonA,ReasonB',
          'ReasonA:ReasonB',
        ),
      ]

/** Names of ports as IANA has them for services. */
export const portName: NameRule = (name) => [
  ...(name.length > 15 ? [tooLong(15)] : []),
  ...(/^[-a-z0-9]+$/.test(name) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(name) ? [] : ['must contain at least one letter (a-z)']),
  ...(name.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(/^-|-$/.test(name) ? ['must not begin or end with a hyphen'] : []),
]

export const portNumber = (port: number): string[] =>
  port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive']

export const percentText: NameRule = (text) =>
  patterns.percent.test(text)
    ? []
    : [mismatch("a valid percent string must be a numeric string followed by an ending '%'", percent, '1%', '93%')]

/** Names of objects that may be almost anything: what fits into a path. */
export const pathSegment: NameRule = (name) => {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((sign) => name.includes(sign)).map((sign) => `may not contain '${sign}'`)
}

/** What `generateName` may end with: the rule is checked as if a letter followed. */
export const forPrefix =
  (rule: NameRule) =>
  (name: string, {prefix}: {readonly prefix: boolean}): string[] =>
    rule(prefix && name.endsWith('-') ? `${name.slice(0, -1)}a` : name)
