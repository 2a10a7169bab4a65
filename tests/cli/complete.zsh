# zsh -f complete.zsh FOLDER LINE: writes the words that Tab offers behind LINE, for the completion functions in FOLDER.
# Completion works in zsh's line editor alone, so the editor of another zsh is driven at a pseudo-terminal.
zmodload zsh/zpty || exit 1
zmodload zsh/zselect || exit 1
results=$(mktemp) || exit 1
trap 'rm -f $results $results.zsh' EXIT

# The other shell notes each match that is added, and the ends of what it does.
cat > $results.zsh <<END
fpath=(${(q)1} \$fpath)
autoload -Uz compinit && compinit -u -D
compadd() {
  if [[ " \${@[1,(i)(-|--)]} " != *" -"[OAD]" "* ]]; then
    local -a found
    builtin compadd -A found "\$@"
    print -rl -- \$found >> $results
  fi
  builtin compadd "\$@"
}
offer() { zle complete-word; print -r -- "#offered" >> $results }
zle-line-init() { print -r -- "#ready" >> $results }
zle -N offer
zle -N zle-line-init
bindkey '^I' offer
END

# Waits for a line of the results, at most 30 s, and takes what the shell says meanwhile, so that it never has to wait.
await() {
  local said
  repeat 3000; do
    grep -qx -- "$1" $results && return
    zpty -r shell said
    zselect -t 1
  done
  print -u2 "zsh did not come to $1"
  exit 1
}

zpty -b shell "TERM=dumb zsh -f -i"
zpty -w shell "source $results.zsh"
await '#ready'
zpty -n -w shell "$2"$'\t'
await '#offered'
grep -v '^#' $results
zpty -d shell
