// A description as it grows: lines at a depth, tabs between cells, aligned at the end.

import {alignTabs, describeTabs} from '../go/tabwriter.ts'
import {escapeTerminal} from '../output/escape-terminal.ts'

export class Page {
  #text = ''

  /** Text as it stands, tabs and breaks included, behind two spaces a level. */
  write(level: number, text: string): void {
    this.#text += '  '.repeat(level) + escapeTerminal(text)
  }

  /** One line. */
  line(level: number, ...cells: readonly (string | number | boolean)[]): void {
    this.write(level, `${cells.join('\t')}\n`)
  }

  /** What follows is aligned for itself. */
  flush(): void {
    this.#text = alignTabs(this.#text, describeTabs)
    this.#done += this.#text
    this.#text = ''
  }
  #done = ''

  /** As it was written, tabs and all. */
  unaligned(): string {
    return this.#done + this.#text
  }

  toString(): string {
    this.flush()
    return this.#done
  }
}
