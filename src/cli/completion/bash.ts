export const bash = (program: string): string => `
# Completion of ${program} for bash.
__${program}_ask() {
    local -a words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
    # Readline splits at = and :, the program does not.
    if declare -F _get_comp_words_by_ref >/dev/null; then
        local cur prev cword
        _get_comp_words_by_ref -n '=:' -w words -i cword -c cur -p prev
        words=("\${words[@]:1:cword}")
    fi
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
