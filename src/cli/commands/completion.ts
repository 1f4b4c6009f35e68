import {command} from '../definition.ts'

export const definition = command({
  usage: 'SHELL',
  summary: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
  description:
    'Output shell completion code for the specified shell (bash, zsh, fish, or powershell). The shell has to evaluate the code to complete commands, flags and the names of objects.',
  examples: `  # Complete in this bash
  source <(kubectl completion bash)
  
  # Complete in every zsh
  kubectl completion zsh > "\${fpath[1]}/_kubectl"
  
  # Complete in this fish
  kubectl completion fish | source`,
  flags: {},
  run: async (invocation) => (await import('../verbs/completion.ts')).completion(invocation),
})
