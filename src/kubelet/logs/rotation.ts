// Looks after the logs of everything that runs.

import {durationMs} from '../config.ts'
import {bytesOf} from '../containers/resources.ts'
import {every} from '../every.ts'
import type {Kubelet} from '../kubelet.ts'
import type {PodWorkers} from '../pods/workers.ts'
import {rotateLog} from './rotate.ts'

export const rotateLogs = (kubelet: Kubelet, workers: PodWorkers): Promise<void> => {
  const {config, cri, options} = kubelet
  const limits = {maxBytes: bytesOf(config.containerLogMaxSize), maxFiles: config.containerLogMaxFiles}
  const rotate = async (): Promise<void> => {
    const running = workers.all().flatMap(({observed}) => observed.containers.filter(({state}) => state === 'running'))
    for (const {id, logPath} of running)
      if (logPath)
        await rotateLog(logPath, limits, options.clock.now(), () =>
          cri.RuntimeService.ReopenContainerLog({containerId: id}),
        ).catch((error) => options.logger.warn('log not rotated', {file: logPath, error}))
  }
  return every(options, durationMs(config.containerLogMonitorInterval), 'log rotation', rotate)
}
