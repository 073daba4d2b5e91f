import { splitLine } from '../split-line.ts';
import { filesLine, type Shell } from './shell.ts';

/**
 * Bash tears words apart at = and : and leaves the quotes on, so the line is handed over whole and cut here. Needs
 * nothing of the package bash-completion.
 */
export const bash: Shell = {
  script: `# Completion of restow for bash: source <(restow completion bash)
_restow() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ${filesLine} ]]; then compopt -o default; else COMPREPLY+=("$line"); fi
  done < <("\${1/#\\~\\//$HOME/}" __complete bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
}
complete -o nosort -F _restow restow 2>/dev/null || complete -F _restow restow
`,
  read: ([line = '', breaks = '']) => {
    const { before, current, kept } = splitLine(line, breaks);
    return { before: before.slice(1), current, kept };
  },
  line: ({ word }, kept) => word.slice(kept),
};
