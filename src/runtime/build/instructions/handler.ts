import type {Build} from '../build.ts'
import type {Instruction} from '../dockerfile/parse.ts'
import type {Stage} from '../stage.ts'

/** What an instruction makes of a stage. `title` is how the progress names the step. */
export type Handler = (build: Build, stage: Stage, instruction: Instruction, title: string) => Promise<Stage>
