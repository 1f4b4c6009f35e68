import {command, int, string} from '../definition.ts'

export const flags = {
  limit: int('How many versions to show; 0: all that are kept.', {default: 10}),
  output: string("How to show them: '' with what changed, 'name' without, 'json'.", {short: 'o'}),
} as const

export const definition = command({
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  summary: 'Show who changed an object, when and how',
  description: 'Shows the versions of an object the store still keeps, the newest first, with what each one changed.',
  examples: `  # What happened to a deployment
  mini history deployment/web`,
  flags,
  run: async (invocation) => (await import('../verbs/history.ts')).history(invocation),
})
