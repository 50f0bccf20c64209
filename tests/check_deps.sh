#!/bin/bash
# check_deps.sh: who may include whom (DESIGN section 3), and one door per outside library.
# Prints each line that breaks a rule; exit 1 when there is one. check_deps.sh [FOLDER] looks elsewhere.
cd "${1:-.}" || exit 2
bad=0
# folder pattern | which of our folders it may include
rules='^app/base/|app/base
^app/core/|app/core app/base
^app/[a-z_0-9]*\.[ch]$|app app/core app/base
^maps/|maps app/base
^feeds/|feeds app/base
^panels/|panels app/core app/base maps'
# header of an outside library | the files that may include it
doors='cjson/|app/base/json.c
sqlite3\.h|app/journal.c app/journal_rows.c app/journal_read.c app/journal_verify.c app/touched.c maps/places.c
curses\.h|panels/term.c
shapefil\.h|maps/dbf.c maps/shapefile_write.c feeds/code_layer.c
proj\.h|maps/reproject.c
iconv\.h|maps/codepage.c feeds/charset.c
geos_c\.h|maps/region.c
confuse\.h|app/conf_text.c
openssl/|app/chain.c app/hash.c feeds/quarantine.c feeds/tls.c feeds/dc09_crypt.c feeds/signature.c
http_parser\.h|feeds/http_request.c
expat\.h|feeds/xml.c feeds/xml_stream.c
tak\.pb-c\.h|feeds/tak.c
curl/|feeds/smtp.c feeds/http_inside.h feeds/http_url.c
seccomp\.h|feeds/sandbox_calls.c
zlib\.h|feeds/gzip.c
mosquitto\.h|feeds/mqtt_link.c
sparkplug\.pb-c\.h|feeds/sparkplug.c'
files=$(find app maps panels feeds -name '*.[ch]' 2>/dev/null | sort)
[ -n "$files" ] || { echo "check-deps: no sources here"; exit 2; }
# shellcheck disable=SC2086 # a list of files on purpose
RULES=$rules awk '
    BEGIN {
        rules = split(ENVIRON["RULES"], line, "\n")
        for (i = 1; i <= rules; i++) { at = index(line[i], "|")
            pattern[i] = substr(line[i], 1, at - 1); allowed[i] = substr(line[i], at + 1) }
    }
    FNR == 1 { for (rule = 1; rule <= rules && FILENAME !~ pattern[rule]; rule++); }
    /^#include "/ && rule <= rules {
        split($0, part, "\""); folder = part[2]; sub(/\/[^\/]*$/, "", folder)
        if (index(" " allowed[rule] " ", " " folder " ")) next
        print FILENAME ":" FNR ": may not include \"" part[2] "\" (allowed: " allowed[rule] ")"
        bad = 1
    }
    END { exit bad }' $files || bad=1
while IFS='|' read -r header allowed; do
    for file in $(echo "$files" | xargs grep -lE "^ *# *include <[a-z/]*$header" 2>/dev/null); do
        case " $allowed " in
        *" $file "*) ;;
        *) echo "$file: <$header> has one door: $allowed"; bad=1 ;;
        esac
    done
done <<<"$doors"
exit $bad
