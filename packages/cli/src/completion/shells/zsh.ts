import { filesLine, readWords, type Shell } from './shell.ts';

export const zsh: Shell = {
  script: `#compdef restow
# Completion of restow for zsh: source <(restow completion zsh), after compinit; or as a file _restow in $fpath.
_restow() {
  local -a answer
  answer=("\${(@f)$("\${words[1]/#\\~\\//$HOME/}" __complete zsh "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  if [[ $answer[1] == ${filesLine} ]]; then
    _files
  elif [[ -n $answer[1] ]]; then
    _describe -V restow answer
  fi
}
if [[ $funcstack[1] == _restow ]]; then _restow "$@"; else compdef _restow restow; fi
`,
  read: readWords,
  line: ({ word, about }) => {
    const escaped = word.replace(/[\\:]/g, '\\$&');
    return about === '' ? escaped : `${escaped}:${about}`;
  },
};
