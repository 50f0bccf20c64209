#!/bin/bash
# peers_raster.sh ROWS [install]: the first frame of a county's streets against the map programs that draw files:
# gdal_rasterize, MapServer with its .qix index, mapnik. 800x400 pixels are the dots of 400x100 cells. ROWS holds
# what bench_map printed in the same run; rows like its own come out. Of a program's time its start is taken off.
BUILD=${BUILD:-.build}
rows=$1
work=$PWD/$BUILD/bench/peers/raster
county=${BENCH_WORK:-/tmp/watchdesk-bench}/county
extent='-98.2 30.0 -97.3 30.7'

[ "$2" = install ] && tests/install.sh gdal-bin mapserver-bin python3-mapnik
ours=$(awk -F '\t' '/^map, 1 M segments: first frame/ { print $2; exit }' "$rows")
if [ -z "$ours" ] || [ ! -f "$county.shp" ]; then
    echo "bench: there is no first frame of the county to race the raster programs with" >&2
    exit 0
fi
mkdir -p "$work" && cd "$work" || exit 1
for part in shp shx dbf prj; do ln -sf "$county.$part" "county.$part"; done

# The median of seven runs, in ms.
median() {
    for _ in 1 2 3 4 5 6 7; do
        local from
        from=$(date +%s%N)
        "$@" >/dev/null 2>&1 || return 1
        echo $((($(date +%s%N) - from) / 1000))
    done | sort -n | sed -n 4p | awk '{ print $1 / 1000 }'
}
row() { # NAME ALL START
    [ -n "$2" ] && [ -n "$3" ] || return
    awk -v name="map, 1 M segments: first frame ($1)" -v ours="$ours" -v all="$2" -v start="$3" 'BEGIN {
        theirs = all - start
        printf "%s\t%.3g\tms\t%.4g\t%.3g\t<= 0.2\n", name, ours, theirs, (theirs > 0 ? ours / theirs : 0) }'
}

if command -v gdal_rasterize >/dev/null; then
    # shellcheck disable=SC2086 # four numbers
    row 'gdal_rasterize' "$(median gdal_rasterize -q -burn 1 -ot Byte -ts 800 400 -te $extent -of GTiff county.shp out.tif)" \
        "$(median gdal_rasterize --version)"
else
    echo "bench: gdal_rasterize is not measured: \`make bench-peers\` installs it" >&2
fi

map2img=$(command -v map2img || command -v shp2img)
if [ -n "$map2img" ] && command -v shptree >/dev/null; then
    [ county.qix -nt "$county.shp" ] || shptree county.shp >/dev/null 2>&1
    head="SIZE 800 400 EXTENT $extent IMAGETYPE png8 OUTPUTFORMAT NAME png8 DRIVER AGG/PNG8 IMAGEMODE RGB END"
    echo "MAP $head END" >empty.map
    echo "MAP $head LAYER NAME r TYPE LINE STATUS DEFAULT DATA \"$work/county.shp\"
        CLASS STYLE COLOR 0 0 0 WIDTH 1 END END END END" >county.map
    row 'MapServer, .qix' "$(median "$map2img" -m county.map -o out.png)" "$(median "$map2img" -m empty.map -o empty.png)"
else
    echo "bench: MapServer is not measured: \`make bench-peers\` installs it" >&2
fi

cat >county.py <<'PY'
import sys, time
import mapnik

degrees = '+proj=longlat +datum=WGS84'
view = mapnik.Map(800, 400, degrees)
line = mapnik.LineSymbolizer()
line.stroke = mapnik.Color('white')
line.stroke_width = 1.0
rule, style, layer = mapnik.Rule(), mapnik.Style(), mapnik.Layer('r', degrees)
rule.symbols.append(line)
style.rules.append(rule)
view.append_style('s', style)
layer.datasource = mapnik.Shapefile(file='county')
layer.styles.append('s')
view.layers.append(layer)
view.zoom_to_box(mapnik.Box2d(*[float(side) for side in sys.argv[1:5]]))
figures = []
for _ in range(5):
    began = time.perf_counter()
    mapnik.render(view, mapnik.Image(800, 400))
    figures.append((time.perf_counter() - began) * 1e3)
print(sorted(figures)[2])
PY
if /usr/bin/python3 -c 'import mapnik' 2>/dev/null; then
    # shellcheck disable=SC2086 # four numbers
    row 'mapnik, in its process' "$(/usr/bin/python3 county.py $extent 2>/dev/null)" 0
else
    echo "bench: mapnik is not measured: \`make bench-peers\` installs it" >&2
fi
