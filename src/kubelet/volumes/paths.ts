// Where a pod's files are.
import {join} from 'node:path'

export interface PodPaths {
  readonly folder: string
  readonly logs: string
  volume(name: string): string
  terminationLog(container: string, restartCount: number): string
  readonly hosts: string
}

export const podPaths = (podsFolder: string, uid: string): PodPaths => {
  const folder = join(podsFolder, uid)
  return {
    folder,
    logs: join(folder, 'logs'),
    volume: (name) => join(folder, 'volumes', name),
    terminationLog: (container, restartCount) => join(folder, 'containers', container, `termination-${restartCount}`),
    hosts: join(folder, 'etc-hosts'),
  }
}
