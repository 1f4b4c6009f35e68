// Go's text/template: from tokens to a tree.
import {lexTemplate, TemplateError, type Token} from './lex.ts'

interface Positioned {
  readonly position: number
}
export interface FieldNode extends Positioned {
  readonly type: 'field'
  readonly names: readonly string[]
}
export interface VariableNode extends Positioned {
  readonly type: 'variable'
  readonly name: string
  readonly names: readonly string[]
}
export interface ChainNode extends Positioned {
  readonly type: 'chain'
  readonly node: Operand
  readonly names: readonly string[]
}
export interface IdentifierNode extends Positioned {
  readonly type: 'identifier'
  readonly name: string
}
export interface LiteralNode extends Positioned {
  readonly type: 'literal'
  readonly value: unknown
  readonly text: string
  readonly float: boolean
}
export interface DotNode extends Positioned {
  readonly type: 'dot'
}
export type Operand = FieldNode | VariableNode | ChainNode | IdentifierNode | LiteralNode | DotNode | PipeNode
export interface CommandNode extends Positioned {
  readonly operands: readonly Operand[]
}
export interface PipeNode extends Positioned {
  readonly type: 'pipe'
  readonly declares: readonly string[]
  readonly assigns: boolean
  readonly commands: readonly CommandNode[]
}
export type Statement =
  | {readonly type: 'text'; readonly text: string}
  | {readonly type: 'action'; readonly pipe: PipeNode}
  | {
      readonly type: 'if' | 'with' | 'range'
      readonly pipe: PipeNode
      readonly body: readonly Statement[]
      readonly otherwise: readonly Statement[]
    }
  | {readonly type: 'template'; readonly name: string; readonly pipe: PipeNode | undefined; readonly position: number}
  | {readonly type: 'break' | 'continue'}

export interface ParsedTemplate {
  readonly body: readonly Statement[]
  readonly named: ReadonlyMap<string, readonly Statement[]>
}

/** As it stood in the template: for the part of an error that says where. */
export const showNode = (node: Operand): string => {
  switch (node.type) {
    case 'field':
      return `.${node.names.join('.')}`
    case 'variable':
      return [node.name, ...node.names].join('.')
    case 'chain':
      return `${node.node.type === 'pipe' ? `(${showNode(node.node)})` : showNode(node.node)}.${node.names.join('.')}`
    case 'identifier':
      return node.name
    case 'literal':
      return node.text
    case 'dot':
      return '.'
    case 'pipe':
      return showPipe(node)
  }
}
export const showCommand = ({operands}: CommandNode): string =>
  operands.map((operand) => (operand.type === 'pipe' ? `(${showNode(operand)})` : showNode(operand))).join(' ')
export const showPipe = ({declares, assigns, commands}: PipeNode): string =>
  `${declares.length > 0 ? `${declares.join(', ')} ${assigns ? '=' : ':='} ` : ''}${commands.map(showCommand).join(' | ')}`

const unquote = (text: string): string => {
  if (text.startsWith('`')) return text.slice(1, -1)
  const inner = text.slice(1, -1)
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/g, (_, code: string) => {
    const simple: Record<string, string> = {
      n: '\n',
      t: '\t',
      r: '\r',
      a: '\u0007',
      b: '\b',
      f: '\f',
      v: '\v',
      '\\': '\\',
      '"': '"',
      "'": "'",
    }
    if (/^[xuU]/.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16))
    if (/^[0-7]{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8))
    return simple[code] ?? code
  })
}

const numberValue = (text: string): number => {
  const digits = text.replaceAll('_', '')
  if (/^[+-]?0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8)
  const sign = digits.startsWith('-') ? -1 : 1
  return sign * Number(digits.replace(/^[+-]/, ''))
}

export const parseTemplate = (text: string, name: string, functions: ReadonlySet<string>): ParsedTemplate => {
  const tokens = lexTemplate(text, name)
  const named = new Map<string, readonly Statement[]>()
  let at = 0
  let variables = ['$']
  let ranges = 0

  const peekRaw = (): Token => tokens[at] ?? (tokens.at(-1) as Token)
  const peek = (): Token => {
    while (peekRaw().kind === 'space') at++
    return peekRaw()
  }
  const next = (): Token => {
    const token = peek()
    at++
    return token
  }
  const fail = (message: string, token: Token = peekRaw()): never => {
    throw new TemplateError(`template: ${name}:${token.line}: ${message}`)
  }
  const shown = (token: Token): string => {
    if (token.kind === 'eof') return 'EOF'
    if (token.kind === 'keyword') return `<${token.text}>`
    return token.text.length > 10 ? `${JSON.stringify(token.text.slice(0, 10))}...` : JSON.stringify(token.text)
  }
  const unexpected = (token: Token, context: string): never => fail(`unexpected ${shown(token)} in ${context}`, token)
  const expect = (kind: Token['kind'], context: string): Token => {
    const token = next()
    return token.kind === kind ? token : unexpected(token, context)
  }

  const operand = (): Operand | undefined => {
    const token = peek()
    let node: Operand
    switch (token.kind) {
      case 'identifier':
        if (!functions.has(token.text)) fail(`function ${JSON.stringify(token.text)} not defined`, token)
        node = {type: 'identifier', name: token.text, position: token.position}
        break
      case 'dot':
        node = {type: 'dot', position: token.position}
        break
      case 'nil':
        node = {type: 'literal', value: null, text: 'nil', float: false, position: token.position}
        break
      case 'variable':
        if (!variables.includes(token.text)) fail(`undefined variable ${JSON.stringify(token.text)}`, token)
        node = {type: 'variable', name: token.text, names: [], position: token.position}
        break
      case 'field':
        node = {type: 'field', names: [token.text.slice(1)], position: token.position}
        break
      case 'bool':
        node = {type: 'literal', value: token.text === 'true', text: token.text, float: false, position: token.position}
        break
      case 'number':
        node = {
          type: 'literal',
          value: numberValue(token.text),
          text: token.text,
          float: /[.eE]/.test(token.text) && !/^[+-]?0[xX]/.test(token.text),
          position: token.position,
        }
        break
      case 'char':
        node = {
          type: 'literal',
          value: unquote(token.text).codePointAt(0) ?? 0,
          text: token.text,
          float: false,
          position: token.position,
        }
        break
      case 'string':
        node = {type: 'literal', value: unquote(token.text), text: token.text, float: false, position: token.position}
        break
      case '(':
        at++
        node = pipeline('parenthesized pipeline', ')')
        at--
        break
      default:
        return undefined
    }
    at++
    if (peekRaw().kind !== 'field') return node
    const names: string[] = []
    const {position} = peekRaw()
    while (peekRaw().kind === 'field') {
      names.push(peekRaw().text.slice(1))
      at++
    }
    if (node.type === 'field') return {...node, names: [...node.names, ...names], position}
    if (node.type === 'variable') return {...node, names, position}
    if (node.type === 'literal') fail(`unexpected . after term ${JSON.stringify(node.text)}`)
    return {type: 'chain', node, names, position}
  }

  const commandNode = (): CommandNode => {
    const {position} = peek()
    const operands: Operand[] = []
    for (;;) {
      const one = operand()
      if (one) operands.push(one)
      const token = peekRaw()
      if (token.kind === 'space') {
        at++
        continue
      }
      if (token.kind === 'pipe' || token.kind === 'close' || token.kind === ')') break
      return unexpected(token, 'operand')
    }
    if (operands.length === 0) fail('empty command')
    return {operands, position}
  }

  const pipeline = (context: string, end: 'close' | ')'): PipeNode => {
    const {position} = peek()
    const declares: string[] = []
    let assigns = false
    const start = at
    while (peek().kind === 'variable') {
      const variable = next()
      const token = peek()
      if (token.kind === 'declare' || token.kind === 'assign') {
        next()
        declares.push(variable.text)
        assigns = token.kind === 'assign'
        if (!assigns) variables.push(...declares)
        else if (!variables.includes(variable.text))
          fail(`undefined variable ${JSON.stringify(variable.text)}`, variable)
        break
      }
      if (token.kind === 'comma' && context === 'range') {
        next()
        declares.push(variable.text)
        continue
      }
      at = start
      declares.length = 0
      break
    }
    const commands: CommandNode[] = []
    for (;;) {
      const token = peek()
      if (token.kind === end) {
        next()
        if (commands.length === 0) fail(`missing value for ${context}`, token)
        return {type: 'pipe', declares, assigns, commands, position}
      }
      if (token.kind === 'pipe') {
        next()
        if (commands.length === 0) unexpected(token, context)
        commands.push(commandNode())
        continue
      }
      if (commands.length > 0) return unexpected(token, context)
      if (['close', ')', 'eof', 'keyword', 'comma', 'assign', 'declare'].includes(token.kind))
        return unexpected(token, context)
      commands.push(commandNode())
    }
  }

  const control = (type: 'if' | 'with' | 'range'): Statement => {
    const known = [...variables]
    const pipe = pipeline(type, 'close')
    if (type === 'range') ranges++
    const body = statements(type)
    if (type === 'range') ranges--
    let otherwise: readonly Statement[] = []
    if (body.end === 'else') {
      const token = peek()
      if (token.kind === 'keyword' && (token.text === 'if' || token.text === 'with') && token.text === type) {
        next()
        otherwise = [control(type)]
      } else {
        expect('close', 'else')
        const rest = statements(type)
        if (rest.end !== 'end') fail(`expected end; found {{else}}`)
        expect('close', 'end')
        otherwise = rest.list
      }
    } else expect('close', 'end')
    variables = known
    return {type, pipe, body: body.list, otherwise}
  }

  const templateName = (context: string): string => {
    const token = next()
    return token.kind === 'string' ? unquote(token.text) : unexpected(token, context)
  }

  const definition = (context: string): string => {
    const known = variables
    const title = templateName(context)
    let pipe: PipeNode | undefined
    if (context === 'block clause') pipe = pipeline(context, 'close')
    else expect('close', context)
    variables = ['$']
    const body = statements('define')
    if (body.end !== 'end') fail('unexpected {{else}} in define clause')
    expect('close', context)
    variables = known
    named.set(title, body.list)
    blockPipe = pipe
    return title
  }
  let blockPipe: PipeNode | undefined

  const keywordStatement = (token: Token): Statement | 'else' | 'end' | undefined => {
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return control(token.text)
      case 'else':
      case 'end':
        return token.text
      case 'break':
      case 'continue':
        if (ranges === 0) fail(`{{${token.text}}} outside {{range}}`, token)
        expect('close', token.text)
        return {type: token.text}
      case 'define':
        definition('define clause')
        return undefined
      case 'block': {
        const title = definition('block clause')
        return {type: 'template', name: title, pipe: blockPipe, position: token.position}
      }
      default: {
        const {position} = peek()
        const title = templateName('template clause')
        let pipe: PipeNode | undefined
        if (peek().kind === 'close') next()
        else pipe = pipeline('template clause', 'close')
        return {type: 'template', name: title, pipe, position}
      }
    }
  }

  const statements = (context: string): {readonly list: readonly Statement[]; readonly end: 'else' | 'end' | 'eof'} => {
    const list: Statement[] = []
    for (;;) {
      const token = peekRaw()
      if (token.kind === 'eof') {
        if (context !== '') fail('unexpected EOF', token)
        return {list, end: 'eof'}
      }
      at++
      if (token.kind === 'text') {
        list.push({type: 'text', text: token.text})
        continue
      }
      const first = peek()
      if (first.kind === 'keyword') {
        next()
        const statement = keywordStatement(first)
        if (statement === 'else' || statement === 'end') {
          if (context === '') fail(`unexpected {{${statement}}}`, first)
          return {list, end: statement}
        }
        if (statement) list.push(statement)
      } else list.push({type: 'action', pipe: pipeline('command', 'close')})
    }
  }

  return {body: statements('').list, named}
}
