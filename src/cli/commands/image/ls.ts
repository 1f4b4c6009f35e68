import {withRuntime} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command, string} from '../../definition.ts'
import {alignTabs, tableTabs} from '../../go/tabwriter.ts'

export const definition = command({
  summary: 'List the images of the cluster',
  flags: {output: string("'' for people, 'json' for programs.", {short: 'o'})},
  async run(invocation) {
    const {images} = await withRuntime(selectedProfile(invocation), (runtime) => runtime.ImageService.ListImages({}))
    const items = images.map(({id, repoTags, size}) => ({id, tags: repoTags, sizeBytes: Number(size)}))
    if (invocation.flags.output === 'json') invocation.io.out(`${JSON.stringify(items)}\n`)
    else {
      const rows = items.map(
        ({id, tags, sizeBytes}) =>
          `${tags[0] ?? '<none>'}\t${id.replace('sha256:', '').slice(0, 12)}\t${(sizeBytes / 1e6).toFixed(1)}MB`,
      )
      invocation.io.out(alignTabs(`${['IMAGE\tID\tSIZE', ...rows].join('\n')}\n`, tableTabs))
    }
  },
})
