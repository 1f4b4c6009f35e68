// Runs a template on a value, with Go's messages for what goes wrong on the way.

import {bare, Float, functionNames, goText, Int, isTrue, templateFunctions, typeName} from './functions.ts'
import {TemplateError} from './lex.ts'
import {
  type CommandNode,
  type Operand,
  type ParsedTemplate,
  type PipeNode,
  parseTemplate,
  type Statement,
  showCommand,
  showNode,
  showPipe,
} from './parse.ts'

export interface TemplateOptions {
  readonly name: string
  readonly missingKeyIsError: boolean
}

class Broken extends Error {
  readonly how: 'break' | 'continue'
  constructor(how: 'break' | 'continue') {
    super(how)
    this.how = how
  }
}

interface Scope {
  readonly names: {name: string; value: unknown}[]
}

/** A key that is not there, as opposed to one that is null. */
const noValue = Symbol('no value')

const MOST_NESTED_TEMPLATES = 1000

class Run {
  private readonly text: string
  private readonly parsed: ParsedTemplate
  private readonly options: TemplateOptions
  private out = ''
  private depth = 0

  constructor(text: string, parsed: ParsedTemplate, options: TemplateOptions) {
    this.text = text
    this.parsed = parsed
    this.options = options
  }

  execute(data: unknown): string {
    this.walkAll(this.parsed.body, data, {names: [{name: '$', value: data}]})
    return this.out
  }

  private fail(node: Operand | CommandNode, message: string): never {
    return this.failAt('operands' in node ? showCommand(node) : showNode(node), node, message)
  }

  private failAt(shown: string, node: {readonly position: number}, message: string): never {
    const before = this.text.slice(0, node.position)
    const line = before.split('\n').length
    const column = Buffer.byteLength(before.slice(before.lastIndexOf('\n') + 1))
    const {name} = this.options
    throw new TemplateError(
      `template: ${name}:${line}:${column}: executing ${JSON.stringify(name)} at <${shown}>: ${message}`,
    )
  }

  private walkAll(statements: readonly Statement[], dot: unknown, scope: Scope): void {
    for (const statement of statements) this.walk(statement, dot, scope)
  }

  private walk(statement: Statement, dot: unknown, scope: Scope): void {
    switch (statement.type) {
      case 'text':
        this.out += statement.text
        return
      case 'action': {
        const value = this.pipe(statement.pipe, dot, scope)
        if (statement.pipe.declares.length === 0)
          this.out += value === noValue || value === null || value === undefined ? '<no value>' : goText(value)
        return
      }
      case 'if':
      case 'with':
        this.branch(statement, dot, scope)
        return
      case 'range':
        this.range(statement, dot, scope)
        return
      case 'template':
        this.call(statement, dot, scope)
        return
      default:
        throw new Broken(statement.type)
    }
  }

  private branch(statement: Extract<Statement, {type: 'if' | 'with' | 'range'}>, dot: unknown, scope: Scope): void {
    const mark = scope.names.length
    const value = this.pipe(statement.pipe, dot, scope)
    const truth = value !== noValue && isTrue(value)
    this.walkAll(truth ? statement.body : statement.otherwise, truth && statement.type === 'with' ? value : dot, scope)
    scope.names.length = mark
  }

  private range(statement: Extract<Statement, {type: 'if' | 'with' | 'range'}>, dot: unknown, scope: Scope): void {
    const mark = scope.names.length
    const {declares, assigns} = statement.pipe
    const value = this.pipe({...statement.pipe, declares: []}, dot, scope)
    const entries = this.entriesOf(value, statement.pipe)
    for (const [key, item] of entries) {
      if (assigns) {
        if (declares.length > 0) this.assign(declares[0] ?? '', declares.length > 1 ? key : item, scope)
        if (declares.length > 1) this.assign(declares[1] ?? '', item, scope)
      } else if (declares.length === 1) scope.names.push({name: declares[0] ?? '', value: item})
      else if (declares.length === 2)
        scope.names.push({name: declares[0] ?? '', value: key}, {name: declares[1] ?? '', value: item})
      try {
        this.walkAll(statement.body, item, scope)
      } catch (error) {
        if (!(error instanceof Broken)) throw error
        if (error.how === 'break') break
      } finally {
        scope.names.length = mark
      }
    }
    if (entries.length === 0) this.walkAll(statement.otherwise, dot, scope)
    scope.names.length = mark
  }

  private entriesOf(value: unknown, pipe: PipeNode): [unknown, unknown][] {
    if (value === noValue || value === null || value === undefined) return []
    if (Array.isArray(value)) return value.map((item, index) => [new Int(index), item])
    if (value instanceof Int) return Array.from({length: value.value}, (_, index) => [new Int(index), new Int(index)])
    if (typeof value === 'object')
      return Object.keys(value)
        .sort()
        .map((key) => [key, (value as Record<string, unknown>)[key]])
    return this.fail(pipe, `range can't iterate over ${goText(value)}`)
  }

  private call(statement: Extract<Statement, {type: 'template'}>, dot: unknown, scope: Scope): void {
    const body = this.parsed.named.get(statement.name)
    const {name} = this.options
    if (!body) {
      const title = JSON.stringify(statement.name)
      const shown = `{{template ${title}${statement.pipe ? ` ${showPipe(statement.pipe)}` : ''}}}`
      this.failAt(shown, statement, `template ${title} not defined`)
      return
    }
    if (++this.depth > MOST_NESTED_TEMPLATES)
      throw new TemplateError(`template: ${name}: exceeded maximum template depth (100000)`)
    const data = statement.pipe ? this.pipe(statement.pipe, dot, scope) : null
    this.walkAll(body, data, {names: [{name: '$', value: data}]})
    this.depth--
  }

  private assign(name: string, value: unknown, scope: Scope): void {
    const known = scope.names.findLast((variable) => variable.name === name)
    if (known) known.value = value
  }

  private pipe(pipe: PipeNode, dot: unknown, scope: Scope): unknown {
    let value: unknown = noValue
    pipe.commands.forEach((command, index) => {
      value = this.command(command, dot, scope, index === 0 ? undefined : {value})
    })
    for (const name of pipe.declares)
      if (pipe.assigns) this.assign(name, value, scope)
      else scope.names.push({name, value})
    return value
  }

  private command(
    command: CommandNode,
    dot: unknown,
    scope: Scope,
    final: {readonly value: unknown} | undefined,
  ): unknown {
    const [first, ...args] = command.operands
    if (!first) return noValue
    if (first.type === 'identifier') return this.apply(first.name, command, args, dot, scope, final)
    if (first.type === 'literal' && first.value === null) this.fail(command, 'nil is not a command')
    if (args.length > 0 || final) {
      if (first.type === 'field' || first.type === 'variable' || first.type === 'chain') {
        const lastName = first.names.at(-1)
        if (lastName !== undefined) this.fail(first, `${lastName} is not a method but has arguments`)
      }
      this.fail(command, `can't give argument to non-function ${showNode(first)}`)
    }
    return this.operand(first, dot, scope)
  }

  private operand(node: Operand, dot: unknown, scope: Scope): unknown {
    switch (node.type) {
      case 'dot':
        return dot
      case 'literal':
        if (typeof node.value !== 'number') return node.value
        return node.float ? new Float(node.value) : new Int(node.value)
      case 'field':
        return this.fields(dot, node.names, node)
      case 'variable':
        return this.fields(scope.names.findLast(({name}) => name === node.name)?.value, node.names, node)
      case 'chain':
        return this.fields(this.operand(node.node, dot, scope), node.names, node)
      case 'pipe':
        return this.pipe(node, dot, scope)
      case 'identifier':
        return this.apply(node.name, node, [], dot, scope, undefined)
    }
  }

  private fields(start: unknown, names: readonly string[], node: Operand): unknown {
    let current = start
    for (const name of names) {
      // Below what is missing everything is missing; null has no fields.
      if (current === noValue) return noValue
      if (current === null || current === undefined) this.fail(node, `nil pointer evaluating interface {}.${name}`)
      if (typeof current !== 'object' || Array.isArray(current) || current instanceof Int)
        this.fail(node, `can't evaluate field ${name} in type interface {}`)
      const map = current as Record<string, unknown>
      if (Object.hasOwn(map, name)) current = map[name]
      else if (this.options.missingKeyIsError) this.fail(node, `map has no entry for key ${JSON.stringify(name)}`)
      else current = noValue
    }
    return current
  }

  private apply(
    name: string,
    node: Operand | CommandNode,
    args: readonly Operand[],
    dot: unknown,
    scope: Scope,
    final: {readonly value: unknown} | undefined,
  ): unknown {
    const known = (value: unknown): unknown => (value === noValue ? null : value)
    if (name === 'and' || name === 'or') {
      let value: unknown = noValue
      for (const arg of args) {
        value = known(this.operand(arg, dot, scope))
        if (isTrue(value) === (name === 'or')) return value
      }
      if (args.length === 0 && !final)
        this.failAt(name, node, `wrong number of args for ${name}: want at least 1 got 0`)
      return final ? known(final.value) : value
    }
    const values = [...args.map((arg) => known(this.operand(arg, dot, scope))), ...(final ? [known(final.value)] : [])]
    const call = templateFunctions.get(name)
    const wanted = {not: 1, len: 1, ne: 2, lt: 2, le: 2, gt: 2, ge: 2, base64decode: 1}[name]
    if (wanted !== undefined && values.length !== wanted)
      this.failAt(name, node, `wrong number of args for ${name}: want ${wanted} got ${values.length}`)
    const least = {eq: 1, index: 1, slice: 1, printf: 1, exists: 1, call: 1}[name]
    if (least !== undefined && values.length < least)
      this.failAt(name, node, `wrong number of args for ${name}: want at least ${least} got ${values.length}`)
    if (name === 'call') {
      const shown = args[0] ? showNode(args[0]) : ''
      this.fail(node, `error calling call: non-function ${shown} of type ${typeName(values[0])}`)
    }
    try {
      return call?.(...values)
    } catch (error) {
      if (error instanceof TemplateError || !(error instanceof Error)) throw error
      return this.fail(node, `error calling ${name}: ${error.message}`)
    }
  }
}

/** Throws TemplateError for a text that is no template. */
export const compileTemplate = (text: string, options: TemplateOptions): ((data: unknown) => string) => {
  const parsed = parseTemplate(text, options.name, functionNames)
  return (data) => new Run(text, parsed, options).execute(bare(data))
}
