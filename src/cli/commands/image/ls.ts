import {withRuntimes} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command, string} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  summary: 'List the images of the cluster',
  examples: `  # With ids and sizes
  mini image ls --format table`,
  flags: {
    format: string("One of 'short', 'table', 'json' and 'yaml'.", {default: 'short'}),
    output: string('The same.', {short: 'o', hidden: true}),
  },
  async run(invocation) {
    const {flags, io} = invocation
    const {formats, printImages} = await import('../../image/list.ts')
    const wanted = flags.output || flags.format
    const format = formats.find((name) => name === wanted)
    if (!format) throw usageMistake(invocation, `unknown format ${JSON.stringify(wanted)}: use ${formats.join(', ')}`)
    const images = new Map<string, Parameters<typeof printImages>[0][number]>()
    await withRuntimes(selectedProfile(invocation), async ({cri}) => {
      for (const {id, repoDigests, repoTags, size} of (await cri.ImageService.ListImages({})).images) {
        const short = id.replace(/^sha256:/, '')
        images.set(short, {id: short, repoDigests, repoTags, size: String(size)})
      }
    })
    io.out(printImages([...images.values()], format))
  },
})
