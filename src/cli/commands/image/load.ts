import {existsSync} from 'node:fs'
import {resolve} from 'node:path'
import {withRuntimes} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {bool, command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'IMAGE | FILE | -',
  summary: 'Bring images into the cluster: from a file, from stdin, from docker, or from a registry',
  description:
    'Brings images into the cluster. A file (or stdin) is an archive of docker save, or an OCI layout. A name is looked for in the docker of this machine, and then in its registry.',
  examples: `  # What docker just built
  docker save my/app | mini image load -

  # The same, if docker is here
  mini image load my/app`,
  flags: {
    daemon: bool('Only look in the docker of this machine.'),
    remote: bool('Only ask the registry.'),
    overwrite: bool('Take a name that another image of the cluster has.', {default: true}),
    pull: bool('Ask the registry although docker has the image.'),
  },
  exclusive: [['daemon', 'remote']],
  async run(invocation) {
    const {args, flags, io} = invocation
    const [what] = args
    if (what === undefined || args.length > 1) throw usageMistake(invocation, 'load takes one image or file')
    const {overwrite} = flags
    const {fromDocker, fromFile, fromStdin} = await import('../../image/load-sources.ts')
    const path = resolve(io.cwd, what)
    const names = await withRuntimes(selectedProfile(invocation), async (clients) => {
      if (what === '-') return fromStdin(clients, io, overwrite)
      if (!flags.daemon && !flags.remote && existsSync(path)) return fromFile(clients, path, overwrite)
      if (/\.(tar|tgz|gz|zst)$|^[./]/.test(what))
        throw usageMistake(invocation, `the file ${JSON.stringify(what)} does not exist`)
      if (!flags.remote && !flags.pull) {
        const loaded = await fromDocker(clients, what, flags.daemon, overwrite)
        if (loaded) return loaded
      }
      const {pull} = await import('../../image/pull.ts')
      await pull(clients, what, io)
      return [what]
    })
    for (const name of names) io.out(`${name}\n`)
  },
})
