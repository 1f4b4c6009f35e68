// A paused cluster's containers are frozen, and go on where they were when it is unpaused.
import {Cgroups} from '../../runtime/cgroup/cgroups.ts'
import {profileHash} from '../../runtime/ids.ts'
import {isPause} from '../paused.ts'
import type {RuntimePlace} from '../runtime-places.ts'

/** `keep` until the signal; then everything is frozen for a pause, or ended by `stop`. */
export const keepUnlessPaused = async (
  place: RuntimePlace,
  signal: AbortSignal,
  {keep, stop}: {keep(): Promise<void>; stop(): Promise<void>},
): Promise<void> => {
  const groups = new Cgroups(profileHash(place.root))
  groups.thaw()
  await keep()
  if (isPause(signal)) groups.freeze()
  else await stop()
}
