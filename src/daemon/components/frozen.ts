// A paused cluster's containers are frozen, and go on where they were when it is unpaused.
import {Cgroups} from '../../runtime/cgroup/cgroups.ts'
import {profileHash} from '../../runtime/ids.ts'
import {isPause} from '../paused.ts'
import type {RuntimePlace} from '../runtime-places.ts'

/** `keep` until the signal; then everything is frozen for a pause, or ended by `stop`. */
export const keepUnlessPaused = async (
  places: readonly RuntimePlace[],
  signal: AbortSignal,
  {keep, stop}: {keep(place: RuntimePlace): Promise<void>; stop(place: RuntimePlace): Promise<void>},
): Promise<void> => {
  const groups = places.map(({root}) => new Cgroups(profileHash(root)))
  for (const group of groups) group.thaw()
  await Promise.all(places.map(keep))
  if (isPause(signal)) for (const group of groups) group.freeze()
  else await Promise.all(places.map(stop))
}
