// The code each shell evaluates: it hands the line to `__complete` and shows what comes back.
// The last line of the answer is `:N`; of its bits, 2 asks for no space behind the word, 4 for no file names,
// 8 says the candidates are endings of file names, 16 asks for folders.
import {bash} from './bash.ts'
import {fish} from './fish.ts'
import {powershell} from './powershell.ts'
import {zsh} from './zsh.ts'

export const scripts: Readonly<Record<string, (program: string) => string>> = {bash, zsh, fish, powershell}
