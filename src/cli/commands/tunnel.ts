import {bool, command, list} from '../definition.ts'

export const flags = {
  'bind-address': list("Addresses of this machine to listen on too; '*' is all of them.", {
    shownDefault: 'the addresses services have already',
  }),
  cleanup: bool('Accepted as minikube has it: a tunnel leaves nothing behind that would need it.', {default: true}),
} as const

export const definition = command({
  usage: '[--bind-address ADDRESS]',
  summary: 'Bring LoadBalancer services to further addresses of this machine',
  description:
    'LoadBalancer services have addresses that work on this machine as soon as they are made; this shows them as they come and go. With --bind-address their ports are open on that address too, for other machines, while this runs: end it with Ctrl-C. Ports below 1024 are for root.',
  examples: `  # What is reachable, as it changes
  mini tunnel

  # Let the whole network in
  sudo mini tunnel --bind-address '*'`,
  flags,
  run: async (invocation) => (await import('../verbs/tunnel.ts')).tunnel(invocation),
})
