// A version that does not exist yet: wait a little, as the real server does, then say so.
import {ApiError} from '../../api/errors.ts'
import type {Revision} from '../../store/contract.ts'
import type {Backend} from '../backend.ts'

const patienceMs = 3000
const stepMs = 50

export const waitForRevision = async (backend: Backend, revision: Revision): Promise<void> => {
  const {store, clock} = backend
  if (store.currentRevision() >= revision) return
  const giveUp = clock.monotonic() + patienceMs
  while (store.currentRevision() < revision) {
    if (clock.monotonic() >= giveUp) throw tooLarge(revision, store.currentRevision())
    await clock.sleep(stepMs)
  }
}

const tooLarge = (revision: Revision, current: Revision): ApiError =>
  new ApiError('Timeout', `Timeout: Too large resource version: ${revision}, current: ${current}`, {
    details: {
      causes: [{reason: 'ResourceVersionTooLarge', message: 'Too large resource version'}],
      retryAfterSeconds: 1,
    },
  })
