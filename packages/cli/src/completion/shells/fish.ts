import { filesLine, readWords, type Shell } from './shell.ts';

export const fish: Shell = {
  script: `# Completion of restow for fish: restow completion fish | source
function __restow_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -l answer ($program __complete fish $words[2..-1] "$current" 2>/dev/null)
    if test "$answer[1]" = ${filesLine}
        __fish_complete_path "$current"
    else
        string join -- \\n $answer
    end
end
complete -c restow -f -k -a '(__restow_complete)'
`,
  read: readWords,
  line: ({ word, about }) => (about === '' ? word : `${word}\t${about}`),
};
