// Tables with bars and dashes, as minikube draws them: headings in the middle, no rules between the rows.
import Table from 'cli-table3'

const chars = {
  ...{top: '-', 'top-mid': '|', 'top-left': '|', 'top-right': '|'},
  ...{bottom: '-', 'bottom-mid': '|', 'bottom-left': '|', 'bottom-right': '|'},
  ...{left: '|', 'left-mid': '|', mid: '-', 'mid-mid': '|', right: '|', 'right-mid': '|', middle: '|'},
}

const isRule = (line: string): boolean => /^\|[-|]+\|$/.test(line)

export const barTable = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const drawn = new Table({chars, style: {head: [], border: []}})
  drawn.push(
    head.map((content) => ({content, hAlign: 'center' as const})),
    ...rows.map((row) => [...row]),
  )
  const lines = drawn.toString().split('\n')
  return `${lines.filter((line, at) => !isRule(line) || at <= 2 || at === lines.length - 1).join('\n')}\n`
}
