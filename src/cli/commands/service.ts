import {bool, command, int, string} from '../definition.ts'

export const flags = {
  url: bool('Print the URLs and nothing else, one a line.'),
  https: bool('Say https where it would be http.'),
  format: string('A Go template for each URL: {{.IP}}, {{.Port}} and {{.Name}}.'),
  wait: int('How many seconds to wait for an endpoint to be ready.', {default: 60}),
  interval: int('Seconds between two words about what is waited for, on a terminal.', {default: 10}),
  all: bool('All services of the namespace that have an address.'),
} as const

export const definition = command({
  usage: 'NAME [--url]',
  summary: 'Where a service can be reached from this machine',
  description:
    'Where a service can be reached from this machine, as soon as one of its endpoints is ready. On a desktop its first page is opened in the browser; with --url, or when the output is no terminal, nothing is opened.',
  examples: `  # Open a service in the browser
  mini service web

  # Its address, for a script
  curl $(mini service web --url)

  # Everything there is
  mini service list`,
  flags,
  commands: [
    {
      name: 'list',
      summary: 'All services and their addresses',
      load: async () => (await import('./service/list.ts')).definition,
    },
  ],
  run: async (invocation) => (await import('../verbs/service.ts')).service(invocation),
})
