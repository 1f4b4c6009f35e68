import {bool, command, string} from '../definition.ts'

export const flags = {
  'api-version': string('Explain this version, as group/version.'),
  output: string('Format: plaintext or plaintext-openapiv2.', {short: 'o', default: 'plaintext'}),
  recursive: bool('Print the fields of fields.'),
} as const

export const definition = command({
  usage: 'TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]',
  summary: 'Get documentation for a resource',
  description:
    'Describe fields and structure of various resources.\n\n A field is named by its path: <type>.<fieldName>[.<fieldName>]. What is known of it comes from the server.',
  flags,
  run: async (invocation) => (await import('../verbs/explain.ts')).explain(invocation),
})
