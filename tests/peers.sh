#!/bin/bash
# peers.sh [install]: races `watchdesk map` against mapscii on one pseudo-terminal, the same county and the
# same size, and prints rows as tests/bench.h does. Without mapscii it says so; `make bench-peers` installs it
# (npm; its tiles are made by GDAL) and runs. What it makes stays in $BUILD/bench/peers.
BUILD=${BUILD:-.build}
shared=$PWD/../shared/bench
work=$PWD/$BUILD/bench/peers
county=${BENCH_WORK:-/tmp/watchdesk-bench}/county.shp
package=$work/npm/node_modules/mapscii
port=${TILE_PORT:-18091}
keys_ours='L,H,+,J,-,K' keys_theirs='l,l,a,j,z'

if [ "$1" = install ]; then
    tests/install.sh gdal-bin python3 || exit 1
    command -v npm >/dev/null || tests/install.sh nodejs npm || exit 1
    mkdir -p "$work/npm"
    [ -d "$package" ] || (cd "$work/npm" && npm init -y && npm i --ignore-scripts mapscii@0.3.1) >"$work/npm.log" 2>&1
    if [ ! -f "$county" ] && [ -x "$BUILD/limits/gen_roads" ]; then
        mkdir -p "$(dirname "$county")" && "$BUILD/limits/gen_roads" "${county%.shp}" 100000 10
    fi
    [ -d "$work/tiles/13" ] || ogr2ogr -f MVT "$work/tiles" "$county" -nln road -dialect SQLITE \
        -sql 'SELECT geometry, LOWER(TRIM(CLASS)) AS class, NAME AS name FROM county' \
        -dsco MINZOOM=8 -dsco MAXZOOM=13 -dsco MAX_SIZE=8000000 -dsco MAX_FEATURES=1000000
fi
if [ ! -d "$package" ] || [ ! -d "$work/tiles/13" ] || [ ! -f "$county" ] || [ ! -f "$shared/ptyrace.py" ]; then
    echo "bench: mapscii is not measured: not installed, \`make bench-peers\` installs it" >&2
    exit 0
fi

# race FILE KEYS QUIT PATTERN COMMAND...: what ptyrace says of it.
race() {
    local file=$1 keys=$2 pattern=$3
    shift 3
    python3 "$shared/ptyrace.py" -c 200 -r 50 -q 400 -t 30 -e "$pattern" -k "$keys" -n 5 -- "$@" >"$file" 2>&1
}
# The figure behind WORDS in the first line of FILE that has LINE.
figure() { sed -n "/$2/{s/.*$3 *\([0-9.]*\).*/\1/p;q}" "$1"; }
row() { # NAME UNIT LINE WORDS GOAL
    awk -v name="$1" -v unit="$2" -v ours="$(figure "$work/ours" "$3" "$4")" -v theirs="$(figure "$work/theirs" "$3" "$4")" -v goal="$5" \
        'BEGIN { printf "%s\t%s\t%s\t%s\t%.3g\t%s\n", name, ours, unit, theirs, (theirs > 0 ? ours / theirs : 0), goal }'
}

node "$shared/a_tiles.js" "$work/tiles" "$port" &
tiles=$!
trap 'kill $tiles 2>/dev/null' EXIT
sleep 1
rm -rf "$work/home" && mkdir -p "$work/home"
HOME=$work/home XDG_CONFIG_HOME=$work/home race "$work/theirs" "$keys_theirs" 'zoom: ' \
    node "$shared/a_run.js" "$package" "http://127.0.0.1:$port/" 9.4
# The layer is opened anew, nothing of it kept, and its frame is what counts: the scale bar comes with it.
XDG_CACHE_HOME=$work/home race "$work/ours" "$keys_ours" 'N\^' "$BUILD/watchdesk" map "$county"
row 'map alone: key to settled screen (mapscii)' ms "ALL" 'settled p50' '<= 0.15'
row 'map alone: start to first map (mapscii)' ms 'pattern seen' 'settled' '<= 0.2'
row 'map alone: memory (mapscii)' MiB '^  peak' 'peak' '<= 0.25'
row 'map alone: bytes for a pan or zoom (mapscii)' bytes "ALL" 'bytes\/frame' '<= 1.5'
