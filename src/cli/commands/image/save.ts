import {withRuntimes} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {bool, command, string} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'IMAGE [FILE | -]',
  summary: 'Write images to a file or to stdout, as docker save does',
  examples: `  # To a file
  mini image save my/app app.tar

  # Several, to stdout
  mini image save my/app my/db -o -`,
  flags: {
    output: string("The file, or '-' for stdout; then all arguments are images.", {short: 'o'}),
    daemon: bool('Into the docker of this machine instead.'),
    remote: bool('To the registry of its name instead.'),
  },
  exclusive: [['daemon', 'remote', 'output']],
  async run(invocation) {
    const {args, flags, io} = invocation
    const bare = flags.output !== '' || flags.daemon || flags.remote
    const images = bare ? args : args.slice(0, 1)
    const file = flags.output || (bare ? '' : (args[1] ?? ''))
    if (images.length === 0 || (!bare && args.length > 2))
      throw usageMistake(invocation, 'save takes an image and a file')
    if (!bare && file === '') throw usageMistake(invocation, "save needs to know where to: a file, or '-' for stdout")
    if (file === '-' && io.isTerminal.out) throw usageMistake(invocation, 'an archive does not belong on a terminal')
    const targets = await import('../../image/save-targets.ts')
    await withRuntimes(selectedProfile(invocation), async (clients) => {
      if (flags.remote) await targets.toRegistry(clients, images, io)
      else if (flags.daemon) await targets.toDocker(clients, images)
      else if (file === '-') await targets.toStdout(clients, images, io)
      else await targets.toFile(clients, images, io, file)
    })
  },
})
