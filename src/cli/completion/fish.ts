export const fish = (program: string): string => `# Completion of ${program} for fish.
function __${program}_candidates
    set -l line (commandline -opc)
    set -l last (commandline -ct)
    set -l answer ($line[1] __complete $line[2..-1] "$last" 2>/dev/null)
    or return
    set -l directive (string sub -s 2 -- $answer[-1])
    set -e answer[-1]
    if test (math "floor($directive / 16) % 2") -eq 1
        __fish_complete_directories "$last"
    else if test (math "floor($directive / 8) % 2") -eq 1
        __fish_complete_path "$last"
    else if test (count $answer) -gt 0
        printf '%s\\n' $answer
    else if test (math "floor($directive / 4) % 2") -eq 0
        __fish_complete_path "$last"
    end
end

complete -c ${program} -e
complete -c ${program} -f -a '(__${program}_candidates)'
`
