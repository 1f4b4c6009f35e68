// `npm run generate`: writes the generated files of this folder's parent.
import {writeFileSync} from 'node:fs'
import {readModels} from './models.ts'
import {renderTypes} from './types.ts'

const models = await readModels()
writeFileSync(new URL('../types.gen.ts', import.meta.url), renderTypes(models))
