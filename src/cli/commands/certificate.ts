import {command} from '../definition.ts'

export const definition = command({
  summary: 'Modify certificate resources',
  flags: {},
  run: async ({io, words, program}) => {
    const {renderHelp} = await import('../help/render.ts')
    io.out(renderHelp({definition, words, program}))
  },
  commands: [
    {
      name: 'approve',
      summary: 'Approve a certificate signing request',
      load: async () => (await import('./certificate/approve.ts')).approve,
    },
    {
      name: 'deny',
      summary: 'Deny a certificate signing request',
      load: async () => (await import('./certificate/approve.ts')).deny,
    },
  ],
})
