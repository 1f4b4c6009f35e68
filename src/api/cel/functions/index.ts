// All functions of expressions. To add a library: a file and a line.
import {type FunctionDecl, functionTable} from '../language/environment.ts'
import {authorizer} from './authorizer.ts'
import {formats} from './formats.ts'
import {kubernetes} from './kubernetes.ts'
import {lists} from './lists.ts'
import {math} from './math.ts'
import {operators} from './operators.ts'
import {optionals} from './optionals.ts'
import {strings} from './strings.ts'
import {times} from './times.ts'

let table: ReadonlyMap<string, FunctionDecl> | undefined

export const functions = (): ReadonlyMap<string, FunctionDecl> =>
  (table ??= functionTable([operators, times, strings, lists, kubernetes, formats, optionals, math, authorizer]))
