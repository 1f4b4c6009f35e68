// Every instruction but FROM, by name.
import {addHandler} from './add.ts'
import {copyHandler} from './copy.ts'
import type {Handler} from './handler.ts'
import {runHandler} from './run.ts'
import {settingHandlers} from './settings.ts'
import {workdirHandler} from './workdir.ts'

export const handlers: Readonly<Record<string, Handler>> = {
  ...settingHandlers,
  ADD: addHandler,
  COPY: copyHandler,
  RUN: runHandler,
  WORKDIR: workdirHandler,
}
