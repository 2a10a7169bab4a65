#!/usr/bin/env bash
# check_hardening.sh PROGRAM FLAGS: the program can be placed anywhere, its tables of addresses are read-only, its stack is not
# executable and watched; FLAGS, those of the compiler, have it check what it can of buffers.
set -euo pipefail
program=$1 flags=$2
headers=$(LC_ALL=C readelf --wide --file-header --program-headers --dynamic "$program")
symbols=$(LC_ALL=C readelf --wide --dyn-syms "$program")
failed=0

# must WHAT TEXT PATTERN
must() {
  grep --quiet --extended-regexp -- "$3" <<<"$2" && return
  echo "$program: $1"
  failed=1
}

must "is not position-independent (PIE)" "$headers" 'Type: +DYN'
must "is not marked as an executable (PIE)" "$headers" 'FLAGS_1.*PIE'
must "has no read-only relocations (RELRO)" "$headers" 'GNU_RELRO'
must "is not bound at the start (BIND_NOW)" "$headers" 'BIND_NOW'
must "has an executable stack" "$headers" 'GNU_STACK.* RW '
must "has no stack protector" "$symbols" '__stack_chk_fail'
must "is compiled without -fstack-protector-strong" "$flags" '-fstack-protector-strong'
must "is compiled without -D_FORTIFY_SOURCE=2" "$flags" '-D_FORTIFY_SOURCE=2'
exit $failed
