#!/bin/bash
# lint.sh: rules a compiler does not know. Prints each line that breaks one; exit 1 when there is one.
bad=0
say() { echo "$1"; bad=1; }
files=$(git ls-files 'app/*.[ch]' 'maps/*.[ch]' 'panels/*.[ch]' 'feeds/*.[ch]' 'tests/*.[ch]' 2>/dev/null)
[ -n "$files" ] || exit 0
while read -r hit; do say "$hit: over 100 columns"; done < <(
    for f in $files; do awk -v f="$f" '{ gsub(/[\200-\277]/, "") } length($0) > 100 { print f ":" NR }' "$f"; done)
while read -r hit; do say "$hit (tabs)"; done < <(grep -nP '\t' $files | cut -d: -f1,2)
while read -r hit; do say "$hit (blank at line end)"; done < <(grep -nE ' +$' $files | cut -d: -f1,2)
while read -r hit; do say "$hit (a call that has no limit)"; done < <(
    grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|system|popen)\(' $files)
while read -r hit; do say "$hit (malloc goes through base_alloc)"; done < <(
    grep -nE '\b(malloc|calloc|realloc)\(' $(echo "$files" | grep -v '^app/base/base.c$\|^tests/'))
exit $bad
