import type {Io} from '../io.ts'
import type {Obj} from '../objects.ts'

export const buildKustomization = async (_folder: string, _io: Io): Promise<Obj[]> => []
