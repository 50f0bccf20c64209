#!/bin/bash
# run.sh PROGRAM...: runs test programs and fuzzers, shows what failed, ends with "N passed, N failed, N skipped".
# A program that crashes, hangs (TEST_SECONDS, default 240) or prints no summary counts as one failure; a
# fuzzer (a program in a folder named fuzz) is one test of FUZZ_SECONDS. TEST_JOBS run side by side.
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
export LOGS=${BUILD:-.build}/logs
mkdir -p "$LOGS"

# Prints the log's lines that matter, behind a bar. A test that failed has not freed what it had, so leaks
# count only where none failed.
show_log() {
    { if grep -aq 'FAILED TEST' "$1"; then sed '/ERROR: LeakSanitizer/,$d' "$1"; else cat "$1"; fi; } |
        grep -av '^\[       OK\|^\[ RUN\|^===*$' | tail -n 60 | sed 's/^/      | /'
}
count() {   # count LOG PATTERN: the last number that the pattern catches, else 0
    local number
    number=$(sed -n "s/$2/\\1/p" "$1" | tail -1)
    echo "${number:-0}"
}
result() {  # result NAME CODE PASSED FAILED SKIPPED
    local log=$LOGS/$1.log skips=
    [ "$5" -eq 0 ] || skips=", $5 skipped"
    echo "$3 $4 $5" >"$LOGS/$1.counts"
    {
        if [ "$4" -eq 0 ]; then
            echo "ok    $1: $3 passed$skips"
            grep -ah 'SKIP:' "$log" | sort -u | sed 's/^/      /'
        else
            echo "FAIL  $1: exit $2, log in $log"
            show_log "$log"
        fi
    } >"$LOGS/$1.said"
    cat "$LOGS/$1.said"         # At once, so that programs side by side do not mix their lines.
}
run_fuzzer() {
    local name code seeds
    name=fuzz_$(basename "$1")
    seeds=tests/seeds/$(basename "$1")
    [ -d "$seeds" ] || seeds=
    # The first folder is written to: a new one each time, so that a run does not depend on the last.
    rm -rf "$LOGS/$name.corpus"
    mkdir "$LOGS/$name.corpus"
    # shellcheck disable=SC2086 # no folder, no argument
    "$1" -seed=1 -max_total_time="${FUZZ_SECONDS:-2}" -max_len=4096 -print_final_stats=0 \
        -artifact_prefix="$LOGS/$name-" "$LOGS/$name.corpus" $seeds >"$LOGS/$name.log" 2>&1
    code=$?
    result "$name" "$code" $((code == 0)) $((code != 0)) 0
}
run_test() {
    local name log code passed failed skipped
    name=$(basename "$1")
    log=$LOGS/$name.log
    timeout -k 5 "${TEST_SECONDS:-240}" "$1" >"$log" 2>&1
    code=$?
    passed=$(count "$log" '^\[  PASSED  \] \([0-9]*\) test(s)\..*')
    failed=$(count "$log" '^ *\([0-9][0-9]*\) FAILED TEST(S).*')
    skipped=$(count "$log" '^\[  SKIPPED \] \([0-9]*\) test(s).*')
    [ "$code" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
    [ $((passed + failed + skipped)) -eq 0 ] && failed=1
    result "$name" "$code" "$passed" "$failed" "$skipped"
}
run_one() {
    case "$1" in
    */fuzz/*) run_fuzzer "$1" ;;
    *) run_test "$1" ;;
    esac
}
export -f show_log count result run_fuzzer run_test run_one

rm -f "$LOGS"/*.counts
printf '%s\n' "$@" | xargs -P "${TEST_JOBS:-$(nproc)}" -I '{}' bash -c 'run_one {}'
cat "$LOGS"/*.counts | awk '{ passed += $1; failed += $2; skipped += $3 }
    END { print passed + 0 " passed, " failed + 0 " failed, " skipped + 0 " skipped"; exit failed > 0 }'
