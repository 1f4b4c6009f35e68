// What a folder takes on the disk, as du counts.
import {runProgram} from '../run-program.ts'

export interface DiskUsage {
  readonly bytes: number
  readonly inodes: number
}

const first = (text: string): number => Number(text.split('\t')[0])

export const usageOf = async (folder: string): Promise<DiskUsage> => {
  const [bytes, inodes] = await Promise.all([
    runProgram('du', ['-s', '--block-size=1', folder]),
    runProgram('du', ['-s', '--inodes', folder]),
  ])
  return {bytes: first(bytes), inodes: first(inodes)}
}
