#!/bin/bash
# lint.sh [FOLDER]: rules a compiler does not know. Prints each line that breaks one; exit 1 when there is one.
cd "${1:-.}" || exit 2
bad=0
files=$(find app maps panels feeds tests -name '*.[ch]' 2>/dev/null | sort)
[ -n "$files" ] || { echo "lint: no sources here"; exit 2; }

# rule TEXT: what stands on stdin breaks it.
rule() {
    local hits
    hits=$(sed "s|\$| ($1)|")
    [ -z "$hits" ] && return
    echo "$hits"
    bad=1
}
# One line per hit, as FILE:LINE.
places() { cut -d: -f1,2; }

# shellcheck disable=SC2086 # lists of words on purpose, all through
{
rule 'over 100 columns' < <(awk '
    length($0) > 100 { gsub(/[\200-\277]/, "") } length($0) > 100 { print FILENAME ":" FNR }' $files)
rule 'a tab' < <(grep -HnP '\t' $files | places)
rule 'blanks at the line end' < <(grep -HnE ' +$' $files | places)
rule 'a call without a limit, or through a shell' < <(
    grep -HnE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|system|popen)\(' $files | places)
rule 'memory comes from base_alloc' < <(
    grep -HnE '\b(malloc|calloc|realloc)\(' $(echo "$files" | grep -v '^app/base/base.c$\|^tests/') | places)
# The header of a file comes first in it, so that it is known to stand on its own.
rule 'its own header comes first' < <(HEADERS=$(find app maps panels feeds tests -name '*.h') awk '
    BEGIN { split(ENVIRON["HEADERS"], list); for (i in list) there[list[i]] = 1 }
    FNR == 1 { own = FILENAME; seen = !(sub(/\.c$/, ".h", own) && own in there) }
    /^#include/ && !seen { seen = 1; if ($0 != "#include \"" own "\"") print FILENAME ":" FNR }' $files)
rule 'a function of more than 70 lines' < <(awk '
    FNR == 1 { start = 0 }
    /^\{$/ { start = FNR }
    /^\}$/ && start { if (FNR - start - 1 > 70) print FILENAME ":" start; start = 0 }' $files)
rule 'a script that is not executable' < <(find tests .ci -name '*.sh' -o -path '.ci/run' |
    while read -r script; do [ -x "$script" ] || echo "$script:1"; done)
}
exit $bad
