import {bool, command, string} from '../../definition.ts'
import {allNamespaces, noHeaders, quiet} from '../../flags/common.ts'

export const flags = {
  'all-namespaces': allNamespaces,
  list: bool('Print everything that is allowed.'),
  'no-headers': noHeaders,
  quiet,
  subresource: string('A subresource such as log or scale.'),
} as const

export const definition = command({
  usage: 'VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  summary: 'Check whether an action is allowed',
  description:
    "Check whether an action is allowed.\n\n VERB is a verb of the API such as 'get', 'list' or 'delete'; TYPE a resource, NONRESOURCEURL a path that starts with '/'. The answer is yes with code 0, or no with code 1.",
  flags,
  run: async (invocation) => (await import('../../verbs/auth/can-i.ts')).canI(invocation),
})
