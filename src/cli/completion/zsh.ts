export const zsh = (program: string): string => `#compdef ${program}
compdef _${program} ${program}

# Completion of ${program} for zsh.
_${program}() {
    local answer directive line word told
    local -a candidates asked
    asked=("\${(@Q)words[2,CURRENT]}")
    answer="$(\${(Q)words[1]} __complete "\${asked[@]}" 2>/dev/null)" || return 1
    directive="\${answer##*:}"
    answer="\${answer%:*}"
    if (( directive & 16 )); then
        _files -/
        return
    fi
    if (( directive & 8 )); then
        local -a endings=("\${(@f)answer}")
        _files -g "*.(\${(j:|:)endings:#})"
        return
    fi
    for line in "\${(@f)answer}"; do
        [[ -n "$line" ]] || continue
        word="\${line%%$'\\t'*}"
        told="\${line#*$'\\t'}"
        # _describe separates word and description by a colon.
        word="\${word//:/\\\\:}"
        if [[ "$line" == *$'\\t'* ]]; then candidates+=("$word:$told"); else candidates+=("$word"); fi
    done
    local -a options
    (( directive & 2 )) && options=(-S '')
    if (( \${#candidates} > 0 )); then
        _describe -V 'completions' candidates "\${options[@]}"
    elif (( !(directive & 4) )); then
        _files
    fi
}

# Loaded by autoload, this very call is a completion.
[ "\${funcstack[1]}" = "_${program}" ] && _${program}
`
