#!/bin/bash
# bench.sh NAME...: runs the benchmark programs $BUILD/bench/NAME one after the other and prints one table.
# A program prints lines "name TAB figure TAB unit TAB limit TAB ratio TAB goal" (tests/bench.h). Limits come
# from ../shared/bench, compiled here and measured in the same run; where it is absent the table says so.
BUILD=${BUILD:-.build}
shared=../shared/bench
export BUILD LIMITS=$PWD/$BUILD/limits BENCH_WORK=${BENCH_WORK:-/tmp/watchdesk-bench}
mkdir -p "$LIMITS" "$BENCH_WORK"

# program | libraries it links
limits='gen_roads|-lm
b_scan|-lshp -lm
c_journal|-lsqlite3
c_parse|-ljson-c -lyajl -lcjson -lexpat -lxml2 -lsqlite3
e_ncurses|-lncursesw -ltinfo -lutil -lpthread
h_route|-lm'
compile_limits() {
    local program libraries
    tests/install.sh libjson-c-dev libyajl-dev libxml2-dev || return
    while IFS='|' read -r program libraries; do
        [ "$LIMITS/$program" -nt "$shared/$program.c" ] && continue
        # shellcheck disable=SC2086 # lists of words
        gcc -O3 -std=gnu11 -I/usr/include/libxml2 "$shared/$program.c" -o "$LIMITS/$program" $libraries 2>"$LIMITS/$program.log" ||
            echo "bench: $program does not compile, its limit is absent (see $LIMITS/$program.log)"
    done <<<"$limits"
}

if [ -d "$shared" ]; then
    compile_limits
else
    rm -rf "$LIMITS"
    echo "bench: ../shared/bench is absent, so no limit can be measured here"
fi
rows=$(mktemp)
trap 'rm -f "$rows" "$rows.raster"' EXIT
for name in "$@"; do
    echo "bench: $name" >&2
    "$BUILD/bench/$name" >>"$rows" || printf '%s\tfailed\t-\t-\t-\t-\n' "$name" >>"$rows"
done
tests/peers.sh ${PEERS:+"$PEERS"} >>"$rows"
tests/peers_raster.sh "$rows" ${PEERS:+"$PEERS"} >"$rows.raster" && cat "$rows.raster" >>"$rows"
{
    printf 'name\tfigure\tunit\tlimit\tratio\tgoal\tmet\n'
    awk -F '\t' -v OFS='\t' 'NF == 6 {
        split($6, goal, " ")
        value = $5 != "-" ? $5 : $2
        met = (goal[1] == "<=" && value + 0 <= goal[2] + 0) || (goal[1] == ">=" && value + 0 >= goal[2] + 0)
        print $0, $2 == "failed" ? "NO" : $6 == "-" ? "-" : $4 == "absent" ? "?" : met ? "yes" : "NO"
    }' "$rows"
} | awk -F '\t' '
    { for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } columns = NF }
    END {
        for (row = 1; row <= NR; row++) {
            line = ""
            for (i = 1; i <= columns; i++)
                line = line sprintf(i == 1 || i == 3 || i >= 6 ? "%-" width[i] "s  " : "%" width[i] "s  ", cell[row, i])
            sub(/ +$/, "", line)
            print line
        }
    }'
awk -F '\t' 'NF != 6 { print "bench: a line that is no row: " $0; bad = 1 } $2 == "failed" { bad = 1 } END { exit bad }' "$rows"
