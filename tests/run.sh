#!/bin/bash
# run.sh TEST...: runs each test program, shows what failed, ends with "N passed, N failed, N skipped".
# A program that crashes, hangs (TEST_SECONDS, default 240) or prints no summary counts as one failure.
passed=0 failed=0 skipped=0
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
log_folder=${BUILD:-.build}/logs
mkdir -p "$log_folder"
for test in "$@"; do
    name=$(basename "$test")
    log=$log_folder/$name.log
    timeout -k 5 "${TEST_SECONDS:-240}" "$test" >"$log" 2>&1
    code=$?
    p=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test(s)\..*/\1/p' "$log" | tail -1)
    f=$(sed -n 's/^ *\([0-9][0-9]*\) FAILED TEST(S).*/\1/p' "$log" | tail -1)
    s=$(sed -n 's/^\[  SKIPPED \] \([0-9]*\) test(s).*/\1/p' "$log" | tail -1)
    p=${p:-0} f=${f:-0} s=${s:-0}
    [ "$code" -ne 0 ] && [ "$f" -eq 0 ] && f=1
    [ "$code" -eq 0 ] && [ $((p + f + s)) -eq 0 ] && f=1
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    if [ "$f" -eq 0 ]; then
        echo "ok    $name: $p passed${s:+, $s skipped}"
        grep -h 'SKIP:' "$log" | sort -u | sed 's/^/      /'
    else
        echo "FAIL  $name: exit $code, log in $log"
        grep -v '^\[       OK\|^\[ RUN' "$log" | tail -60 | sed 's/^/      | /'
    fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
