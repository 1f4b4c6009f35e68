import {existsSync, readdirSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command, string} from '../../definition.ts'

export const definition = command({
  summary: 'List what was saved',
  flags: {output: string("'' for people, 'json' for programs.", {short: 'o'})},
  async run(invocation) {
    const {io, flags} = invocation
    const {snapshots} = selectedProfile(invocation)
    const files = existsSync(snapshots) ? readdirSync(snapshots).filter((file) => file.endsWith('.db')) : []
    const items = files
      .map((file) => ({name: file.slice(0, -'.db'.length), stat: statSync(join(snapshots, file))}))
      .sort((a, b) => a.stat.mtimeMs - b.stat.mtimeMs)
      .map(({name, stat}) => ({name, sizeBytes: stat.size, savedAt: stat.mtime.toISOString()}))
    if (flags.output === 'json') io.out(`${JSON.stringify(items)}\n`)
    else if (items.length === 0) io.err('No snapshots.\n')
    else
      for (const {name, sizeBytes, savedAt} of items)
        io.out(`${name.padEnd(32)} ${savedAt}  ${Math.ceil(sizeBytes / 1024)} kB\n`)
  },
})
