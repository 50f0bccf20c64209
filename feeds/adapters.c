#include "feeds/adapters.h"

#include <string.h>

#include "feeds/http_poll.h"
#include "feeds/inbox.h"
#include "feeds/mapping_feed.h"

static const enum feed_verb every_verb[] = { FEED_VERB_DISPATCH, FEED_VERB_RECALL,
                                             FEED_VERB_TRANSPORT, FEED_VERB_MESSAGE,
                                             FEED_VERB_UNSAID };
static const enum feed_verb no_verb[] = { FEED_VERB_UNSAID };

static const struct feed_setting jsonl_settings[] = {
    { .name = "program", .kind = SETTING_PATH, .runs = true,
      .help = "A program that speaks the contract on stdin and stdout; it is executed." },
    { .name = "arguments", .kind = SETTING_TEXT,
      .help = "Its arguments, separated by blanks." },
    { .name = "reads", .kind = SETTING_PATH,
      .help = "One more file or folder that the program may read." },
    { .name = "file", .kind = SETTING_PATH,
      .help = "Instead of a program: a file or FIFO of report lines, followed as it grows." },
    { 0 },
};

static const struct feed_setting field_settings[] = {
    { .name = "location_s", .kind = SETTING_NUMBER,
      .help = "Seconds of drill time between two locations of a moving unit; 5 when not given." },
    { .name = "parked_s", .kind = SETTING_NUMBER,
      .help = "The same for one that stands; 0, and when not given: none." },
    { .name = "speed_kmh", .kind = SETTING_NUMBER,
      .help = "Speed where an order has no route; 50 when not given." },
    { 0 },
};

/* cap_codes.h */
#define CODES_SETTINGS                                                                            \
    { .name = "layers", .kind = SETTING_PATH, .many = true,                                       \
      .help = "A folder of shapefiles or GeoJSON in degrees, to draw areas told by codes only." }, \
    { .name = "codes", .kind = SETTING_TEXT, .many = true,                                        \
      .help = "SYSTEM=COLUMN: which codes a column of the layers holds, as UGC=STATE_ZONE or "    \
              "SAME=FIPS." }

static const struct feed_setting cap_settings[] = {
    INBOX_SETTINGS("alerts"),
    HTTP_SETTINGS,
    { .name = "language", .kind = SETTING_TEXT,
      .help = "The language wanted of a message in several, as en or fr-CA; else its first." },
    { .name = "timezone", .kind = SETTING_TEXT,
      .help = "Of an index whose times name no zone: UTC, -05:00 or a name as Europe/London." },
    CODES_SETTINGS,
    { 0 },
};

static const struct feed_setting geojson_settings[] = {
    MAPPING_SETTINGS,
    INBOX_SETTINGS("GeoJSON"),
    HTTP_SETTINGS,
    CODES_SETTINGS,
    { 0 },
};

static const struct feed_setting webhook_settings[] = {
    { .name = "listen", .kind = SETTING_TEXT,
      .help = "HOST:PORT, or :PORT for all of this machine's addresses." },
    { .name = "path", .kind = SETTING_TEXT,
      .help = "Where reports are posted, as /alarms; any path when not given." },
    { .name = "token", .kind = SETTING_SECRET,
      .help = "What senders show as \"Authorization: Bearer TOKEN\"." },
    { .name = "secret", .kind = SETTING_SECRET,
      .help = "What they sign the body with: HMAC-SHA256, as GitHub and many others do." },
    { .name = "signature_header", .kind = SETTING_TEXT,
      .help = "The signature's header, in hex or base64; X-Hub-Signature-256 when not given." },
    { .name = "tls", .kind = SETTING_FLAG, .help = "TLS (https)." },
    { .name = "certificate", .kind = SETTING_PATH, .help = "PEM, ours and its chain." },
    { .name = "key", .kind = SETTING_SECRET, .help = "PEM, its key." },
    { .name = "ca", .kind = SETTING_PATH,
      .help = "PEM: senders must show a certificate that it vouches for." },
    { .name = "open", .kind = SETTING_FLAG,
      .help = "yes: anybody who reaches the port may post, without token, secret or ca." },
    MAPPING_SETTINGS,
    { .name = "list", .kind = SETTING_TEXT,
      .help = "Path to a body's list of messages, as data.alarms; a bare list needs none." },
    { .name = "queue", .kind = SETTING_NUMBER,
      .help = "Requests that may wait for the disk before others get 429; 100 when not given." },
    { .name = "timeout_s", .kind = SETTING_NUMBER,
      .help = "Seconds for a request to come, and for the hub to keep it; 30 when not given." },
    { .name = "connections", .kind = SETTING_NUMBER,
      .help = "Connections at once; 500 when not given." },
    { .name = "per_peer", .kind = SETTING_NUMBER,
      .help = "Of them from one address; 20 when not given." },
    { .name = "new_per_peer", .kind = SETTING_NUMBER,
      .help = "New ones from one address in a second; 50 when not given." },
    { 0 },
};

static const struct feed_setting calls_settings[] = {
    { .name = "file", .kind = SETTING_PATH,
      .help = "The log: CSV as RFC 4180, or fixed columns." },
    { .name = "follow", .kind = SETTING_TEXT,
      .help = "yes: it grows, each new row is a call now; new: only what is written from now." },
    { .name = "columns", .kind = SETTING_TEXT,
      .help = "Of fixed columns, by their characters from 1: time:1-19,type:20-30,place:31-." },
    { .name = "separator", .kind = SETTING_TEXT,
      .help = "Between fields; a comma when not given; tab." },
    { .name = "charset", .kind = SETTING_TEXT,
      .help = "Of a log that is not UTF-8, as CP1252 or ISO-8859-15." },
    { .name = "header", .kind = SETTING_FLAG,
      .help = "no: with map, the first row is a call already; columns go by number from 1." },
    { .name = "time", .kind = SETTING_TEXT,
      .help = "Column of the time: its name in the first row, or its number from 1." },
    { .name = "time_format", .kind = SETTING_TEXT,
      .help = "As in strptime: %Y-%m-%d %H:%M:%S; RFC 3339 with a zone when not given." },
    MAPPING_SETTINGS,
    { .name = "lat", .kind = SETTING_TEXT, .help = "Column of the latitude, degrees." },
    { .name = "lon", .kind = SETTING_TEXT, .help = "Column of the longitude, degrees." },
    { .name = "place", .kind = SETTING_TEXT,
      .help = "Column of the place; several are joined: street+town." },
    { .name = "type", .kind = SETTING_TEXT, .help = "Column of the kind of call." },
    { .name = "types", .kind = SETTING_TEXT,
      .help = "The site's types by how the column starts: EMS=MED,Fire=FIRE,=OTHER." },
    { .name = "text", .kind = SETTING_TEXT,
      .help = "Column of the words; several are joined: title+remarks." },
    { .name = "priority", .kind = SETTING_TEXT, .help = "Column of the priority, 1 to 5." },
    { .name = "id", .kind = SETTING_TEXT,
      .help = "Column of the call's own number; the row's number when not given." },
    { .name = "rate", .kind = SETTING_TEXT,
      .help = "recorded (when not given), x10 or any other factor, or max." },
    { 0 },
};

static const struct feed_setting dc09_settings[] = {
    { .name = "listen", .kind = SETTING_TEXT,
      .help = "TCP: HOST:PORT, or :PORT for all of this machine's addresses." },
    { .name = "udp", .kind = SETTING_TEXT, .help = "UDP: likewise; both may be given." },
    { .name = "account", .kind = SETTING_TEXT, .many = true,
      .help = "1234 supervise=180 grace=60 place='5 High St' at=51.22,-4.09 plain=yes" },
    { .name = "zone", .kind = SETTING_TEXT, .many = true,
      .help = "1234 5 place='kitchen' at=51.22,-4.09 condition=GAS priority=1" },
    { .name = "accounts", .kind = SETTING_PATH,
      .help = "A file of such lines, each after the word account or zone." },
    { .name = "keys", .kind = SETTING_SECRET,
      .help = "Lines ACCOUNT hex|raw KEY; the account * is for those without one of their own." },
    { .name = "unknown", .kind = SETTING_TEXT,
      .help = "Accounts that no line lists: accept (when not given) or refuse, with a DUH." },
    { .name = "ahead_s", .kind = SETTING_NUMBER,
      .help = "Encrypted: how far a panel's clock may be ahead of ours; 20 when not given." },
    { .name = "behind_s", .kind = SETTING_NUMBER,
      .help = "And behind; 40 when not given. Both 0: not judged, so old frames can be replayed." },
    { .name = "lengths", .kind = SETTING_TEXT,
      .help = "strict (when not given), or loose: a wrong length is taken when the CRC is right." },
    { .name = "connections", .kind = SETTING_NUMBER,
      .help = "TCP connections at once; 1000 when not given." },
    { .name = "per_peer", .kind = SETTING_NUMBER,
      .help = "Of them from one address; 20 when not given." },
    { .name = "new_per_peer", .kind = SETTING_NUMBER,
      .help = "New ones from one address in a second; 20 when not given." },
    { .name = "silence_s", .kind = SETTING_NUMBER,
      .help = "A connection without a byte for so long is ended; 900 when not given, 0: never." },
    { .name = "tls", .kind = SETTING_FLAG, .help = "TLS on the TCP port." },
    { .name = "certificate", .kind = SETTING_PATH, .help = "PEM, ours and its chain." },
    { .name = "key", .kind = SETTING_SECRET, .help = "PEM, its key." },
    { .name = "ca", .kind = SETTING_PATH,
      .help = "PEM: panels must show a certificate that it vouches for." },
    { 0 },
};

static const struct feed_setting cot_settings[] = {
    { .name = "connect", .kind = SETTING_TEXT, .many = true,
      .help = "HOST:PORT of a TAK server: 8089 with TLS, 8087 without." },
    { .name = "listen", .kind = SETTING_TEXT, .many = true,
      .help = "HOST:PORT of ours that TAK clients connect to; :PORT for all addresses." },
    { .name = "udp", .kind = SETTING_TEXT, .many = true,
      .help = "HOST:PORT for datagrams; a group is joined: 239.2.3.1:6969." },
    { .name = "send", .kind = SETTING_TEXT,
      .help = "HOST:PORT that orders go to as datagrams, when no connection leads to their unit." },
    { .name = "tls", .kind = SETTING_FLAG, .help = "yes: TLS on connect and listen." },
    { .name = "ca", .kind = SETTING_PATH,
      .help = "PEM file of who vouches for the others' certificates." },
    { .name = "certificate", .kind = SETTING_PATH, .help = "PEM file of ours, and its chain." },
    { .name = "key", .kind = SETTING_SECRET, .help = "PEM file of our certificate's key." },
    { .name = "user", .kind = SETTING_TEXT,
      .help = "Name to log in with, where the server asks for one; over TLS only." },
    { .name = "password", .kind = SETTING_SECRET, .help = "Its password." },
    { .name = "protocol", .kind = SETTING_TEXT,
      .help = "xml: never change to TAK protocol 1, which else is spoken with who offers it." },
    { .name = "unit", .kind = SETTING_TEXT, .many = true,
      .help = "UID=UNIT: the sender with this uid is that unit, and only it is believed to be." },
    { .name = "by_uid", .kind = SETTING_FLAG,
      .help = "yes: only senders named by `unit` are units; a callsign alone is not believed." },
    { .name = "hazard", .kind = SETTING_TEXT, .many = true,
      .help = "TYPE=KIND, TYPE NAME=KIND: such drawings are hazards of that kind; TYPE= hides." },
    { .name = "reply", .kind = SETTING_TEXT, .many = true,
      .help = "WORDS=STATUS or WORDS=STAGE: what crews here type, as 10-97=ONS, nak=refused." },
    { .name = "uid", .kind = SETTING_TEXT,
      .help = "Our uid; made of this machine's and the feed's name when not given." },
    { .name = "callsign", .kind = SETTING_TEXT,
      .help = "Our name in others' lists; DISPATCH when not given." },
    { .name = "location", .kind = SETTING_TEXT,
      .help = "LAT,LON where others see us; nowhere when not given." },
    { .name = "announce_s", .kind = SETTING_NUMBER,
      .help = "Seconds between two announcements of us; 60 when not given, 0: never." },
    { .name = "routes", .kind = SETTING_FLAG, .help = "yes: orders carry their way as a route." },
    { .name = "task", .kind = SETTING_TEXT,
      .help = "Type of a tasking event that orders carry too, for gateways that answer: t-r." },
    { .name = "strip_m", .kind = SETTING_NUMBER,
      .help = "How far a line that is a hazard reaches to each side; 15 when not given." },
    { .name = "marker_m", .kind = SETTING_NUMBER,
      .help = "Radius of a marked place; 15 when not given." },
    { .name = "stranger_s", .kind = SETTING_NUMBER,
      .help = "Seconds between two positions of one who is no unit here; 600 when not given." },
    { .name = "connections", .kind = SETTING_NUMBER,
      .help = "How many clients may be connected; 500 when not given." },
    { .name = "per_device", .kind = SETTING_NUMBER,
      .help = "How many of them from one address; 20 when not given." },
    { .name = "silence_s", .kind = SETTING_NUMBER,
      .help = "A client that says nothing for so long is let go; 300 when not given." },
    { 0 },
};

static const struct feed_setting mqtt_settings[] = {
    { .name = "connect", .kind = SETTING_TEXT,
      .help = "HOST:PORT of the broker; port 1883, or 8883 with TLS, when not given." },
    { .name = "version", .kind = SETTING_TEXT, .help = "5 (when not given) or 3.1.1." },
    { .name = "topic", .kind = SETTING_TEXT, .many = true,
      .help = "An alarm point or many: FILTER and words, as plant/+/temp point={1}/temp above=60 "
              "clear=55 priority=2; feeds/README.md has them all." },
    { .name = "point", .kind = SETTING_TEXT, .many = true,
      .help = "What is known of one point: NAME place='...' lat= lon= priority= unit= text=." },
    { .name = "report", .kind = SETTING_TEXT, .many = true,
      .help = "Any other report from JSON: FILTER and rules FIELD=WHERE, as trucks/+/at "
              "report==location unit={1} lat=lat lon=lon." },
    { .name = "timezone", .kind = SETTING_TEXT,
      .help = "Of times in `report` without a zone: UTC, -05:00 or America/New_York." },
    { .name = "orders", .kind = SETTING_TEXT,
      .help = "Topic that orders are published to: units/{unit}/orders; also {order} {site} "
              "{number}. Never retained." },
    { .name = "replies", .kind = SETTING_TEXT,
      .help = "Topic that units answer at: units/{unit}/replies; also the response topic in "
              "MQTT 5, with the order's id as correlation data." },
    { .name = "reply", .kind = SETTING_TEXT, .many = true,
      .help = "WORD=STAGE: what units here answer, as ok=accepted, nak=refused." },
    { .name = "rebirth", .kind = SETTING_FLAG,
      .help = "no: Sparkplug nodes are never asked to be born again when something was lost." },
    { .name = "tls", .kind = SETTING_FLAG, .help = "yes: TLS; the broker's name is verified." },
    { .name = "ca", .kind = SETTING_PATH,
      .help = "PEM file of who vouches for the broker; the system's list when not given." },
    { .name = "certificate", .kind = SETTING_PATH, .help = "PEM file of ours, and its chain." },
    { .name = "key", .kind = SETTING_SECRET, .help = "PEM file of our certificate's key." },
    { .name = "user", .kind = SETTING_TEXT, .help = "Name to log in with." },
    { .name = "password", .kind = SETTING_SECRET, .help = "Its password." },
    { .name = "client", .kind = SETTING_TEXT,
      .help = "Our client id; made of this machine's, the site's and the feed's when not given. "
              "Two clients of one id throw each other out." },
    { .name = "session_s", .kind = SETTING_NUMBER,
      .help = "How long the broker keeps for us what comes at QoS 1 while we are away; 3600 when "
              "not given, 0: not at all. MQTT 3.1.1 knows only for ever, or 0." },
    { .name = "receive_max", .kind = SETTING_NUMBER,
      .help = "MQTT 5: how many QoS 1 messages may be under way to us; 1000 when not given. Each "
              "is acknowledged when it is read, before the hub has made it durable." },
    { .name = "keepalive_s", .kind = SETTING_NUMBER,
      .help = "Seconds after which a silent connection is tried; 30 when not given." },
    { .name = "capture", .kind = SETTING_TEXT,
      .help = "By hand: hex, for lines of mosquitto_sub -F '%t %x'; else those of -v and -F %j." },
    { 0 },
};

static const struct feed_setting exec_settings[] = {
    { .name = "program", .kind = SETTING_PATH, .need = SETTING_NEEDED, .runs = true,
      .help = "Started once for each order, which it gets as a JSON line on stdin." },
    { .name = "arguments", .kind = SETTING_TEXT,
      .help = "Its arguments, separated by blanks; {unit} and others are filled in, each as one "
              "argument: order unit verb text expires incident type priority place lat lon "
              "details destination subject." },
    { .name = "reads", .kind = SETTING_PATH, .many = true,
      .help = "A further file or folder that the program may read." },
    { .name = "time_limit_s", .kind = SETTING_NUMBER,
      .help = "Seconds after which it is ended and the order has failed; 30 when not given." },
    { .name = "at_once", .kind = SETTING_NUMBER,
      .help = "How many may run at once, 1 to 64; 4 when not given. The others wait." },
    { 0 },
};

static const struct feed_setting mail_settings[] = {
    { .name = "relay", .kind = SETTING_TEXT, .need = SETTING_NEEDED,
      .help = "smtp://HOST[:PORT] with STARTTLS, or smtps://HOST[:PORT]; verified, both." },
    { .name = "from", .kind = SETTING_TEXT, .need = SETTING_NEEDED,
      .help = "The address it comes from, and where the relay's complaints go." },
    { .name = "address", .kind = SETTING_TEXT, .need = SETTING_NEEDED, .many = true,
      .help = "UNIT=NAME@HOST, as E1=pager@example.org; *=NAME@HOST for all that have none." },
    { .name = "subject", .kind = SETTING_TEXT,
      .help = "Of the mail: words and {unit} {type} {place} ..., as in exec; what the order is "
              "in short when not given." },
    { .name = "text", .kind = SETTING_TEXT,
      .help = "The mail itself, likewise: for pagers that show little; all of it when not given." },
    { .name = "user", .kind = SETTING_TEXT, .help = "To log in with; none when not given." },
    { .name = "password", .kind = SETTING_SECRET, .help = "Of that login." },
    { .name = "ca", .kind = SETTING_PATH,
      .help = "Certificates to trust instead of the system's (PEM)." },
    { .name = "unencrypted", .kind = SETTING_FLAG,
      .help = "yes: a relay without STARTTLS is used too; with a login only on this machine." },
    { .name = "retry_s", .kind = SETTING_NUMBER,
      .help = "Seconds until the first further try when the relay cannot take it now, then "
              "twice as long each, to five minutes; 20 when not given." },
    { .name = "at_once", .kind = SETTING_NUMBER,
      .help = "How many mails at once, 1 to 4; 2 when not given." },
    { 0 },
};

static const struct feed_setting nmea_settings[] = {
    { .name = "connect", .kind = SETTING_TEXT,
      .help = "TCP: HOST:PORT of a receiver, a multiplexer, or gpsd (port 2947)." },
    { .name = "gpsd", .kind = SETTING_FLAG,
      .help = "It is gpsd: asked for its JSON, which has AIS in it too." },
    { .name = "listen", .kind = SETTING_TEXT,
      .help = "TCP: HOST:PORT or :PORT, where receivers connect." },
    { .name = "udp", .kind = SETTING_TEXT,
      .help = "UDP: likewise; a multicast group is joined." },
    { .name = "serial", .kind = SETTING_PATH, .help = "A serial device." },
    { .name = "baud", .kind = SETTING_NUMBER,
      .help = "Its speed: 4800 (when not given), 9600, ... 230400; AIS receivers: 38400." },
    { .name = "file", .kind = SETTING_PATH, .help = "A file of sentences, followed as it grows." },
    { .name = "unit", .kind = SETTING_TEXT, .many = true,
      .help = "E7 [from=ADDRESS] [talker=GN] [source=STATION] [device=PATH], or FB1 "
              "mmsi=366999001; mmsi=own is our own transponder." },
    { .name = "others", .kind = SETTING_FLAG,
      .help = "Ships that no unit line names are reported too, as units called by their number." },
    { 0 },
};

static const struct feed_setting record_settings[] = {
    { .name = "file", .kind = SETTING_PATH,
      .help = "The recording to play: of this adapter, or of watchdesk record FEED." },
    { .name = "rate", .kind = SETTING_TEXT,
      .help = "recorded (when not given), a factor as x10, or max." },
    { .name = "shift", .kind = SETTING_FLAG,
      .help = "yes: the times in the reports are moved to when they are played." },
    { .name = "adapter", .kind = SETTING_TEXT,
      .help = "Instead of a file: the adapter to run and to record." },
    { .name = "with", .kind = SETTING_TEXT, .many = true,
      .help = "Its settings, as with=connect=tak.example.org:8089; paths in them whole, and "
              "named in reads as well." },
    { .name = "reads", .kind = SETTING_PATH, .many = true,
      .help = "A file or folder that the recorded adapter reads." },
    { .name = "tape", .kind = SETTING_TEXT,
      .help = "Name of the file in the feed's scratch folder that is written; tape.jsonl when "
              "not given." },
    { .name = "fault", .kind = SETTING_TEXT, .many = true,
      .help = "lose=SHARE, repeat=, tear=, garble=; delay=SHARE:SECONDS, reorder=: what happens "
              "to that share of the lines, 0 to 1, on their way to the hub." },
    { .name = "seed", .kind = SETTING_NUMBER,
      .help = "Of the faults: the same one spoils the same lines; the drill's when not given." },
    { 0 },
};

const struct feed_adapter feed_adapters[] = {
    { .name = "jsonl", .title = "Reports from a program or file of others",
      .format_source = "watchdesk report lines: app/base/report.h",
      .takes = every_verb, .stale_after_s = 300, .message_bytes_max = REPORT_LINE_BYTES_MAX,
      .repeat = REPEAT_ASK, .online = true, .any_secrets = true, .says_hello = true,
      .settings = jsonl_settings,
      .start = jsonl_start, .line = jsonl_line, .now = jsonl_now, .readable = jsonl_readable,
      .stop = jsonl_stop },
    { .name = "field", .title = "Simulated field units",
      .format_source = "none: it makes up what crews do, from the drill's seed",
      .takes = every_verb, .stale_after_s = 0, .message_bytes_max = REPORT_LINE_BYTES_MAX,
      .repeat = REPEAT_SAFE, .drill_clock = true, .drills_only = true,
      .settings = field_settings, .start = field_start, .line = field_line, .now = field_now,
      .stop = field_stop },
    { .name = "cap", .title = "Public alerts",
      .format_source = "OASIS Common Alerting Protocol 1.2 (2010-07-01), 1.1 and 1.0; Atom "
                       "(RFC 4287), RSS 2.0 and GeoRSS (OGC 17-002) as its indexes",
      .takes = no_verb, .stale_after_s = 0, .message_bytes_max = 8 * 1024 * 1024,
      .repeat = REPEAT_SAFE, .online = true, .online_by = "url", .settings = cap_settings,
      .start = cap_start, .line = cap_line, .now = cap_now, .stop = cap_stop },
    { .name = "cot", .title = "TAK clients and servers",
      .format_source = "MITRE Cursor on Target 2.0; TAK protocol 1; ATAK's details and GeoChat",
      .takes = every_verb, .stale_after_s = 300, .message_bytes_max = 1024 * 1024,
      .repeat = REPEAT_ASK, .online = true, .settings = cot_settings,
      .check = cot_check,
      .start = cot_start, .line = cot_line, .now = cot_now, .readable = cot_readable,
      .stop = cot_stop },
    { .name = "geojson", .title = "Features of a GeoJSON collection",
      .format_source = "RFC 7946 (GeoJSON); USGS summary feeds, api.weather.gov, WZDx 4 by preset",
      .takes = no_verb, .stale_after_s = 0, .message_bytes_max = 16 * 1024 * 1024,
      .repeat = REPEAT_SAFE, .online = true, .settings = geojson_settings,
      .check = geojson_check,
      .start = geojson_start, .now = geojson_now, .stop = geojson_stop },
    { .name = "webhook", .title = "Reports posted over HTTP",
      .format_source = "RFC 9112 (HTTP/1.1), RFC 8259 (JSON), by a mapping",
      .takes = no_verb, .stale_after_s = 0, .message_bytes_max = 1024 * 1024,
      .repeat = REPEAT_SAFE, .online = true, .settings = webhook_settings,
      .check = webhook_check,
      .start = webhook_start, .line = webhook_line, .now = webhook_now,
      .readable = webhook_readable, .stop = webhook_stop },
    { .name = "calls", .title = "Log of emergency calls",
      .format_source = "RFC 4180 (CSV); columns as the settings say",
      .takes = no_verb, .stale_after_s = 0, .message_bytes_max = 64 * 1024,
      .repeat = REPEAT_SAFE, .drill_clock = true, .settings = calls_settings,
      .check = calls_check,
      .start = calls_start, .now = calls_now, .stop = calls_stop },
    { .name = "dc09", .title = "Alarm panels",
      .format_source = "ANSI/SIA DC-09-2013: SIA-DCS (DC-07), ADM-CID (DC-05), NULL; plain and AES",
      .takes = no_verb, .stale_after_s = 0, .message_bytes_max = 4103, .repeat = REPEAT_SAFE,
      .online = true, .settings = dc09_settings,
      .check = dc09_check,
      .start = dc09_start, .line = dc09_line, .now = dc09_now, .readable = dc09_readable,
      .stop = dc09_stop },
    { .name = "mqtt", .title = "Sensors and units by MQTT",
      .format_source = "OASIS MQTT 5.0 and 3.1.1; SenML (RFC 8428), SensorThings 1.1, Sparkplug B",
      .takes = every_verb, .stale_after_s = 300, .message_bytes_max = 256 * 1024,
      .repeat = REPEAT_SAFE, .online = true, .says_hello = true, .settings = mqtt_settings,
      .promise = "a QoS 1 message is acknowledged when libmosquitto reads it, before it is durable "
                 "here: what is on its way when this feed dies is lost",
      .check = mqtt_check,
      .start = mqtt_start, .line = mqtt_line, .now = mqtt_now, .readable = mqtt_readable,
      .stop = mqtt_stop },
    { .name = "exec", .title = "A program for each order",
      .format_source = "the orders and receipts of feeds/README.md",
      .takes = every_verb, .stale_after_s = 0, .message_bytes_max = HUB_LINE_BYTES_MAX,
      .repeat = REPEAT_ASK, .online = true, .settings = exec_settings,
      .check = exec_check,
      .start = exec_start, .line = exec_line, .now = exec_now,
      .readable = exec_readable, .stop = exec_stop },
    { .name = "mail", .title = "Paging by mail",
      .format_source = "SMTP (RFC 5321, STARTTLS RFC 3207, AUTH RFC 4954), mail RFC 5322",
      .takes = every_verb, .stale_after_s = 0, .message_bytes_max = HUB_LINE_BYTES_MAX,
      .repeat = REPEAT_ASK, .online = true, .settings = mail_settings,
      .promise = "a relay says that it took the mail, no more: an order is sent, not delivered",
      .check = mail_check,
      .start = mail_start, .line = mail_line, .now = mail_now,
      .readable = mail_readable, .stop = mail_stop },
    { .name = "nmea", .title = "Positions, ships and their beacons",
      .format_source = "IEC 61162-1 (NMEA 0183), ITU-R M.1371 (AIS), gpsd_json(5)",
      .takes = no_verb, .stale_after_s = 300, .message_bytes_max = 4096, .repeat = REPEAT_SAFE,
      .online = true, .settings = nmea_settings,
      .start = nmea_start, .now = nmea_now, .readable = nmea_readable, .stop = nmea_stop },
    { .name = "record", .title = "A feed recorded, and played back",
      .format_source = "watchdesk recordings: feeds/tape.h",
      .takes = every_verb, .stale_after_s = 0, .message_bytes_max = REPORT_LINE_BYTES_MAX,
      .repeat = REPEAT_ASK, .drill_clock = true, .online = true, .any_secrets = true,
      .says_hello = true, .settings = record_settings,
      .check = record_check,
      .start = record_start, .line = record_line, .now = record_now,
      .readable = record_readable, .stop = record_stop },
    { 0 },
};

const struct feed_adapter *adapter_find(const char *name)
{
    for (const struct feed_adapter *adapter = feed_adapters; adapter->name; adapter++)
        if (strcmp(adapter->name, name) == 0)
            return adapter;
    return NULL;
}

void adapter_put_takes(const struct feed_adapter *adapter, struct buffer *out)
{
    json_open(out, "takes", '[');
    for (const enum feed_verb *verb = adapter->takes; *verb != FEED_VERB_UNSAID; verb++)
        json_put_text(out, NULL, vocabulary_word(&feed_verb_words, *verb));
    json_close(out, ']');
}
