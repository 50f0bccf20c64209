#!/usr/bin/env python3
# adapter.py - river gauges, "STATION<tab>METRES" a line, as alarms: feeds/README.md, the contract.
import json, select, sys

hello = json.loads(sys.stdin.readline())
def say(**line):
    print(json.dumps(line), flush=True)
say(hello=1, adapter="gauges", takes=[])
gauges = open(hello["settings"]["reads"], "rb")
gauges.seek(hello.get("cursor") or 0)
while True:
    line = gauges.readline()
    if line.endswith(b"\n"):
        station, _, stage = line.decode("utf-8", "replace").strip().partition("\t")
        try:
            say(report="alarm", id=station, point=station, condition="HIGH WATER", unit="m", cursor=gauges.tell(),
                value=float(stage), state="active" if float(stage) > 2 else "normal")
        except ValueError:
            say(report="refused", reason="not a number", field="stage", cursor=gauges.tell())
    else:                               # Half a line, or none: wait, and end when the hub does.
        gauges.seek(-len(line), 1)
        if select.select([sys.stdin], [], [], 1)[0] and not sys.stdin.readline():
            break
