// WORKDIR: a folder that is made where it is missing.
import {posix} from 'node:path'
import {makeFolder} from '../copy-files.ts'
import {layerStep} from '../layer-step.ts'
import {withSettings} from '../stage.ts'
import type {Handler} from './handler.ts'
import {wordsOf} from './scope.ts'

export const workdirHandler: Handler = async (build, stage, instruction, title) => {
  const folder = posix.resolve(
    '/',
    stage.settings.WorkingDir ?? '/',
    wordsOf(build, stage, instruction).word(instruction.rest),
  )
  return layerStep(build, withSettings(stage, {WorkingDir: folder}), {
    title,
    createdBy: instruction.text,
    inputs: {workdir: folder},
    work: async (scratch, layers) => void makeFolder(await scratch.root(layers), folder),
  })
}
