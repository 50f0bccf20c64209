#!/usr/bin/env python3
# flood_feed.py SECONDS PER_SECOND: a feed that reports so often, and takes the time until the hub
# says of each that it is kept; then writes "SENT KEPT P50 P99 WORST" (ms) to the file result of its
# scratch folder.
import os, select, sys, time

seconds, per_second = int(sys.argv[1]), int(sys.argv[2])
count, sent, took, kept = seconds * per_second, [], [], 0
sys.stdin.readline()
os.write(1, b'{"hello":1,"adapter":"flood","takes":[]}\n')
os.set_blocking(0, False)
start, rest = time.monotonic() + 0.5, b""
while kept < count and time.monotonic() < start + seconds + 20:
    now = time.monotonic()
    due = min(count, int((now - start) * per_second))
    lines = b"".join(b'{"report":"alarm","point":"g%d","condition":"LEVEL","state":"active","value":%d}\n'
                     % (i % 200, i) for i in range(len(sent), due))
    sent += [now] * (due - len(sent))
    if lines:
        os.write(1, lines)
    if not select.select([0], [], [], 0.001)[0]:
        continue
    more = os.read(0, 65536)
    if not more:
        break
    *whole, rest = (rest + more).split(b"\n")
    for line in whole:
        if line.startswith(b'{"kept":'):
            until, now = int(line[8:-1]), time.monotonic()
            took += [(now - sent[i]) * 1000 for i in range(kept, until)]
            kept = until
took.sort()
place = [took[min(len(took) - 1, len(took) * p // 100)] if took else 0 for p in (50, 99, 100)]
with open(os.environ["HOME"] + "/result.new", "w") as out:
    out.write("%d %d %.1f %.1f %.1f\n" % (len(sent), kept, *place))
os.rename(os.environ["HOME"] + "/result.new", os.environ["HOME"] + "/result")
while os.set_blocking(0, True) or os.read(0, 65536):
    pass
