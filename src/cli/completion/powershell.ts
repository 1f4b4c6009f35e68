export const powershell = (program: string): string => `# Completion of ${program} for PowerShell.
Register-ArgumentCompleter -Native -CommandName '${program}' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    $name = $words[0]
    $asked = @($words | Select-Object -Skip 1)
    # Behind a space, the word to complete is a new, empty one.
    if ($wordToComplete -eq '') { $asked += if ($PSVersionTable.PSVersion -lt [version]'7.3') { '""' } else { '' } }
    $answer = @(& $name __complete @asked 2>$null)
    if ($answer.Count -eq 0) { return }
    $directive = [int]($answer[-1].Substring(1))
    # Files are what PowerShell offers when there is nothing else.
    if ($directive -band 24) { return }
    $answer | Select-Object -SkipLast 1 | ForEach-Object {
        $word, $told = $_ -split "\`t", 2
        if (-not $told) { $told = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $told)
    }
}
`
