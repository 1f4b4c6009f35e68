export const bash = (program: string): string => `
# Completion of ${program} for bash.
__${program}_ask() {
    local -a words=()
    local word last
    # Readline splits --flag=value in three; the program wants one word.
    for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
        last=$(( \${#words[@]} - 1 ))
        if (( last >= 0 )) && [[ "\${words[last]}" == -* && ( "$word" == "=" || "\${words[last]}" == *= ) ]]; then
            words[last]+="$word"
        else
            words+=("$word")
        fi
    done
    "\${COMP_WORDS[0]}" __complete "\${words[@]}" 2>/dev/null
}

__${program}_complete() {
    local cur="\${COMP_WORDS[COMP_CWORD]}" answer directive line
    answer="$(__${program}_ask)" || return
    directive="\${answer##*:}"
    answer="\${answer%:*}"
    COMPREPLY=()
    [[ "$cur" == "=" || "$cur" == ":" ]] && cur=""
    if (( directive & 16 )); then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$cur")
        return
    fi
    if (( directive & 8 )); then
        local endings
        endings="$(printf '%s' "$answer" | tr '\\n' '|')"
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X "!*.@(\${endings%|})" -- "$cur")
        return
    fi
    (( directive & 2 )) && compopt -o nospace 2>/dev/null
    while IFS= read -r line; do
        [[ -n "$line" ]] || continue
        local word="\${line%%$'\\t'*}"
        # What stands before the last = or : is on the line already.
        [[ "\${COMP_WORDS[COMP_CWORD-1]}" == "=" || "\${COMP_WORDS[COMP_CWORD]}" == "=" ]] && word="\${word#*=}"
        COMPREPLY+=("$word")
    done <<< "$answer"
    if (( \${#COMPREPLY[@]} == 0 && !(directive & 4) )); then
        compopt -o default 2>/dev/null
    fi
}

shopt -s extglob 2>/dev/null
complete -F __${program}_complete ${program}
`
