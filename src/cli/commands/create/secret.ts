import {command} from '../../definition.ts'

export const definition = command({
  usage: '(docker-registry | generic | tls)',
  summary: 'Create a secret using a specified subcommand',
  description: `Create a secret with specified type.

 A docker-registry type secret is for accessing a container registry.

 A generic type secret indicate an Opaque secret type.

 A tls type secret holds TLS certificate and its associated key.`,
  flags: {},
  commands: [
    {
      name: 'docker-registry',
      summary: 'Create a secret for use with a Docker registry',
      load: async () => (await import('./secret/docker-registry.ts')).definition,
    },
    {
      name: 'generic',
      summary: 'Create a secret from a local file, directory, or literal value',
      load: async () => (await import('./secret/generic.ts')).definition,
    },
    {name: 'tls', summary: 'Create a TLS secret', load: async () => (await import('./secret/tls.ts')).definition},
  ],
})
