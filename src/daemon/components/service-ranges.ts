// Ranges of service addresses that were added later become local to this machine as well, for as long as they are there.
// Which ones is written down, for whoever cleans up after a daemon that was killed.
import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {serviceCIDRs} from '../../api/resources.ts'
import type {Profile} from '../../client/profile.ts'
import {claimRange, releaseRange} from '../../proxy/claim-range.ts'
import type {Component} from '../component.ts'

const fileOf = ({folder}: Profile): string => join(folder, 'service-ranges.json')

/** Safe where there are none. */
export const releaseServiceRanges = async (profile: Profile): Promise<void> => {
  let ranges: string[]
  try {
    ranges = JSON.parse(readFileSync(fileOf(profile), 'utf8')) as string[]
  } catch {
    return // none were ever added
  }
  for (const range of ranges) await releaseRange(range)
  rmSync(fileOf(profile), {force: true})
}

export const serviceRanges: Component = {
  name: 'service-ranges',
  wanted: ({runtime}) => runtime !== 'simulated' && process.getuid?.() === 0,
  async run({config, informers, logger, profile}, signal) {
    const informer = informers.informer(serviceCIDRs)
    await informer.synced(signal)
    const claimed = new Set<string>()
    /** One change after the other. */
    let work: Promise<void> = releaseServiceRanges(profile)
    const refresh = async (): Promise<void> => {
      const all = informer.cache.list().flatMap(({spec}) => spec?.cidrs ?? [])
      const wanted = new Set(all.filter((range) => !config.serviceCidrs.includes(range)))
      writeFileSync(fileOf(profile), JSON.stringify([...wanted, ...claimed]))
      for (const range of wanted) if (!claimed.has(range)) await claimRange(range, logger)
      for (const range of claimed) if (!wanted.has(range)) await releaseRange(range)
      claimed.clear()
      for (const range of wanted) claimed.add(range)
    }
    const leave = informer.onChange(() => {
      work = work.then(refresh).catch((error) => logger.error('service ranges are not followed', {error}))
    })
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, {once: true}))
    leave()
    await work
    await releaseServiceRanges(profile)
  },
}
