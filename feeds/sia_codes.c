#include "feeds/sia_codes.h"

#include <stdio.h>
#include <string.h>

/* ---- families and verbs ---- */

static const struct {
    char letter;
    const char *word;
    uint32_t priority;
} families[] = {
    { 'B', "BURGLARY", 2 }, { 'F', "FIRE", 1 }, { 'G', "GAS", 1 }, { 'H', "HOLD-UP", 1 },
    { 'K', "HEAT", 1 }, { 'M', "MEDICAL", 1 }, { 'P', "PANIC", 1 }, { 'Q', "EMERGENCY", 1 },
    { 'S', "SPRINKLER", 1 }, { 'T', "TAMPER", 3 }, { 'U', "UNTYPED ALARM", 2 },
    { 'W', "WATER", 3 }, { 'Z', "FREEZE", 3 },
};

/* `endings` are added to the family's word, one for each condition that is meant. */
static const struct {
    char letter;
    enum panel_effect effect;
    uint32_t priority;              /* 0: the family's. */
    const char *title;
    const char *endings[PANEL_CONDITIONS_MAX];
} verbs[] = {
    { 'A', PANEL_RAISE, 0, "alarm", { "" } },
    { 'R', PANEL_RESTORE, 0, "restoral", { "", " TROUBLE", " SUPERVISORY" } },
    { 'H', PANEL_RESTORE, 0, "alarm restoral", { "" } },
    { 'T', PANEL_RAISE, 4, "trouble", { " TROUBLE" } },
    { 'J', PANEL_RESTORE, 4, "trouble restoral", { " TROUBLE" } },
    { 'S', PANEL_RAISE, 3, "supervisory", { " SUPERVISORY" } },
    { 'B', PANEL_RAISE, 5, "bypass", { " BYPASS" } },
    { 'U', PANEL_RESTORE, 5, "unbypass", { " BYPASS" } },
    { 'X', PANEL_NOTE, 5, "test", { " TEST" } },
    { 'G', PANEL_MOMENT, 0, "unverified event", { " UNVERIFIED" } },
};

/* ---- codes that are more, or something else, than family and verb ---- */

#define RAISE PANEL_RAISE
#define RESTORE PANEL_RESTORE
#define MOMENT PANEL_MOMENT
#define NOTE PANEL_NOTE
#define ZONE PANEL_ZONE
#define USER PANEL_USER
#define DOOR PANEL_DOOR
#define AREA PANEL_AREA
#define DEVICE PANEL_DEVICE
#define LINE PANEL_LINE
#define OUTPUT PANEL_OUTPUT
#define NONE PANEL_NONE

static const struct sia_code {
    char code[3];
    enum panel_effect effect;
    enum panel_number number;
    uint32_t priority;
    const char *condition, *title;      /* The title is at most 60 characters. */
} codes[] = {
    { "AA", RAISE, DEVICE, 2, "PANEL SUBSTITUTION", "panel substitution" },
    { "AB", NOTE, ZONE, 5, "ABORTED", "alarm aborted by a user" },
    { "AF", NOTE, ZONE, 5, "SCENARIO", "arming by scenario" },
    { "AN", RESTORE, ZONE, 4, "ANALOG SERVICE", "analog sensor restored" },
    { "AR", RESTORE, NONE, 3, "AC FAILURE", "AC power restored" },
    { "AS", RAISE, ZONE, 4, "ANALOG SERVICE", "analog sensor needs service" },
    { "AT", RAISE, NONE, 3, "AC FAILURE", "AC power failed" },
    { "BC", MOMENT, USER, 4, "BURGLARY CANCELLED", "burglary alarm cancelled by a user" },
    { "BD", RAISE, ZONE, 4, "BURGLARY SWINGER", "swinger trouble" },
    { "BE", RESTORE, ZONE, 4, "BURGLARY SWINGER", "swinger trouble restored" },
    { "BM", RAISE, ZONE, 1, "BURGLARY", "burglary alarm, verified by cross point" },
    { "BV", MOMENT, AREA, 1, "BURGLARY VERIFIED", "burglary verified" },
    { "BZ", RAISE, ZONE, 4, "BURGLARY SUPERVISORY", "supervised point missing" },
    { "CA", RESTORE, AREA, 5, "OPEN", "closed automatically" },
    { "CB", RESTORE, AREA, 5, "OPEN", "group closed automatically" },
    { "CC", MOMENT, AREA, 4, "ARMING FAILED", "arming failed" },
    { "CD", RAISE, AREA, 4, "NOT CLOSED IN TIME", "closing delinquent" },
    { "CE", NOTE, USER, 5, "CLOSING EXTENDED", "closing time extended" },
    { "CF", RESTORE, USER, 5, "OPEN", "forced closing" },
    { "CG", RESTORE, AREA, 5, "OPEN", "area closed" },
    { "CI", RAISE, AREA, 4, "NOT CLOSED IN TIME", "failed to close" },
    { "CJ", RESTORE, USER, 5, "OPEN", "late closing" },
    { "CK", RESTORE, USER, 5, "OPEN", "early closing" },
    { "CL", RESTORE, USER, 5, "OPEN", "closed" },
    { "CM", RAISE, ZONE, 3, "POINT MISSING", "point missing after closing" },
    { "CO", NOTE, DEVICE, 5, "COMMAND SENT", "command sent to a device" },
    { "CP", RESTORE, USER, 5, "OPEN", "closed automatically" },
    { "CQ", RESTORE, USER, 5, "OPEN", "closed remotely" },
    { "CR", MOMENT, USER, 4, "RECENT CLOSING", "alarm soon after closing" },
    { "CS", RESTORE, USER, 5, "OPEN", "closed by keyswitch" },
    { "CT", RAISE, AREA, 4, "NOT OPENED IN TIME", "late to open" },
    { "CW", NOTE, AREA, 5, "FORCE ARMED", "was force armed" },
    { "CX", NOTE, DEVICE, 5, "CUSTOM FUNCTION", "custom function executed" },
    { "CZ", RESTORE, ZONE, 5, "OPEN", "point closed" },
    { "DA", NOTE, USER, 5, "CARD ASSIGNED", "card assigned" },
    { "DB", NOTE, USER, 5, "CARD DELETED", "card deleted" },
    { "DC", RAISE, DOOR, 5, "ACCESS CLOSED", "access closed" },
    { "DD", MOMENT, DOOR, 4, "ACCESS DENIED", "access denied, unknown code" },
    { "DE", NOTE, DOOR, 5, "REQUEST TO ENTER", "request to enter" },
    { "DF", RAISE, DOOR, 2, "DOOR FORCED", "door forced" },
    { "DG", NOTE, DOOR, 5, "ACCESS GRANTED", "access granted" },
    { "DH", RESTORE, DOOR, 3, "DOOR LEFT OPEN", "door left open, restored" },
    { "DI", MOMENT, DOOR, 4, "ACCESS DENIED", "access denied, passback" },
    { "DJ", RAISE, DOOR, 4, "DOOR TROUBLE", "door forced while open" },
    { "DK", MOMENT, DOOR, 4, "ACCESS DENIED", "access denied, known code" },
    { "DL", RAISE, DOOR, 3, "DOOR LEFT OPEN", "door left open, alarm" },
    { "DM", RAISE, DOOR, 4, "DOOR LEFT OPEN", "door left open, trouble" },
    { "DN", NOTE, DOOR, 5, "DOOR LEFT OPEN", "door left open" },
    { "DO", RESTORE, DOOR, 5, "ACCESS CLOSED", "access open" },
    { "DP", MOMENT, DOOR, 4, "ACCESS DENIED", "access denied, wrong time" },
    { "DQ", MOMENT, DOOR, 4, "ACCESS DENIED", "access denied, area armed" },
    { "DR", RESTORE, DOOR, 2, "DOOR FORCED", "door restored" },
    { "DS", NOTE, DOOR, 5, "DOOR STATION", "door station" },
    { "DT", RAISE, NONE, 4, "ACCESS TROUBLE", "access trouble" },
    { "DU", NOTE, DEVICE, 5, "DEALER ID", "dealer id" },
    { "DV", MOMENT, DOOR, 4, "ACCESS DENIED", "access denied, entry level" },
    { "DW", MOMENT, DOOR, 4, "ACCESS DENIED", "access denied, interlock" },
    { "DX", NOTE, DOOR, 5, "REQUEST TO EXIT", "request to exit" },
    { "DY", NOTE, DOOR, 5, "DOOR LOCKED", "door locked" },
    { "DZ", MOMENT, DOOR, 4, "ACCESS DENIED", "access denied, door secured" },
    { "EA", RAISE, ZONE, 2, "BURGLARY", "exit alarm" },
    { "EE", MOMENT, USER, 4, "EXIT ERROR", "exit error" },
    { "EJ", RESTORE, DEVICE, 3, "EXPANSION TAMPER", "expansion tamper restored" },
    { "EM", RAISE, DEVICE, 4, "EXPANSION MISSING", "expansion device missing" },
    { "EN", RESTORE, DEVICE, 4, "EXPANSION MISSING", "expansion device back" },
    { "ER", RESTORE, DEVICE, 4, "EXPANSION TROUBLE", "expansion restored" },
    { "ES", RAISE, DEVICE, 3, "EXPANSION TAMPER", "expansion tamper" },
    { "ET", RAISE, DEVICE, 4, "EXPANSION TROUBLE", "expansion trouble" },
    { "EX", MOMENT, DEVICE, 4, "EXTERNAL DEVICE", "external device condition" },
    { "EZ", RAISE, ZONE, 3, "POINT MISSING", "point missing at exit" },
    { "FC", MOMENT, ZONE, 3, "FIRE CANCELLED", "fire alarm cancelled by a user" },
    { "FI", RAISE, AREA, 5, "FIRE IN TEST", "fire test begun" },
    { "FK", RESTORE, AREA, 5, "FIRE IN TEST", "fire test ended" },
    { "FL", MOMENT, ZONE, 4, "FIRE SILENCED", "fire alarm silenced" },
    { "FM", RAISE, ZONE, 1, "FIRE", "fire alarm, verified by cross point" },
    { "FQ", RESTORE, ZONE, 4, "FIRE SUPERVISORY TROUBLE", "fire supervisory trouble restored" },
    { "FV", RESTORE, ZONE, 3, "FIRE SUPERVISORY", "fire supervision restored" },
    { "FW", RAISE, ZONE, 4, "FIRE SUPERVISORY TROUBLE", "fire supervisory trouble" },
    { "FY", RAISE, ZONE, 4, "FIRE TROUBLE", "fire point missing" },
    { "FZ", RAISE, ZONE, 3, "FIRE SUPERVISORY", "supervised fire point missing" },
    { "IA", RAISE, ZONE, 3, "EQUIPMENT FAILURE", "equipment failure" },
    { "IR", RESTORE, ZONE, 3, "EQUIPMENT FAILURE", "equipment restored" },
    { "JA", MOMENT, AREA, 3, "CODE TAMPER", "too many wrong codes" },
    { "JC", NOTE, AREA, 5, "CODE TAMPER", "code tamper over" },
    { "JD", NOTE, USER, 5, "DATE CHANGED", "date changed" },
    { "JH", NOTE, USER, 5, "HOLIDAY CHANGED", "holidays changed" },
    { "JK", MOMENT, USER, 3, "LATCHKEY ALERT", "a user is not home in time" },
    { "JL", NOTE, NONE, 5, "LOG THRESHOLD", "log nearly full" },
    { "JO", NOTE, NONE, 5, "LOG OVERFLOW", "log overflow" },
    { "JP", NOTE, USER, 5, "USER ON PREMISES", "user on premises" },
    { "JR", NOTE, AREA, 5, "SCHEDULE EXECUTED", "schedule executed" },
    { "JS", NOTE, USER, 5, "SCHEDULE CHANGED", "schedule changed" },
    { "JT", NOTE, USER, 5, "TIME CHANGED", "time changed" },
    { "JV", NOTE, USER, 5, "USER CODE CHANGED", "user code changed" },
    { "JX", NOTE, USER, 5, "USER CODE DELETED", "user code deleted" },
    { "JY", NOTE, USER, 5, "USER CODE ADDED", "user code added" },
    { "JZ", NOTE, USER, 5, "USER LEVEL SET", "user level set" },
    { "LB", RAISE, NONE, 5, "LOCAL PROGRAMMING", "local programming begun" },
    { "LD", MOMENT, NONE, 4, "LOCAL PROGRAMMING DENIED", "local programming denied" },
    { "LE", NOTE, NONE, 5, "LISTEN-IN", "listen-in ended" },
    { "LF", NOTE, NONE, 5, "LISTEN-IN", "listen-in begun" },
    { "LR", RESTORE, LINE, 4, "PHONE LINE TROUBLE", "phone line restored" },
    { "LS", RESTORE, NONE, 5, "LOCAL PROGRAMMING", "local programming succeeded" },
    { "LT", RAISE, LINE, 4, "PHONE LINE TROUBLE", "phone line trouble" },
    { "LU", RESTORE, NONE, 5, "LOCAL PROGRAMMING", "local programming failed" },
    { "LX", RESTORE, NONE, 5, "LOCAL PROGRAMMING", "local programming ended" },
    { "MI", NOTE, DEVICE, 5, "MESSAGE", "message" },
    { "NA", RAISE, ZONE, 3, "NO ACTIVITY", "no activity" },
    { "NB", NOTE, AREA, 5, "SCENARIO", "arming by scenario" },
    { "NC", MOMENT, LINE, 4, "NETWORK CONDITION", "network condition" },
    { "ND", MOMENT, AREA, 1, "DURESS", "night mode off under duress" },
    { "NE", MOMENT, AREA, 4, "ARMING FAILED", "night mode arming failed" },
    { "NF", RESTORE, AREA, 5, "OPEN", "perimeter armed by force" },
    { "NL", RESTORE, AREA, 5, "OPEN", "perimeter armed" },
    { "NM", RESTORE, AREA, 5, "OPEN", "perimeter armed, user defined" },
    { "NO", RAISE, AREA, 5, "OPEN", "night mode off automatically" },
    { "NP", RAISE, USER, 5, "OPEN", "night mode off by device" },
    { "NR", RESTORE, LINE, 4, "NETWORK FAILURE", "network restored" },
    { "NS", RESTORE, ZONE, 3, "NO ACTIVITY", "activity resumed" },
    { "NT", RAISE, LINE, 4, "NETWORK FAILURE", "network failed" },
    { "OA", RAISE, AREA, 5, "OPEN", "opened automatically" },
    { "OB", RAISE, AREA, 5, "OPEN", "group opened automatically" },
    { "OC", MOMENT, USER, 4, "ALARM CANCELLED", "alarm cancelled by a user" },
    { "OG", RAISE, AREA, 5, "OPEN", "area opened" },
    { "OH", RAISE, USER, 5, "OPEN", "opened early, from alarm" },
    { "OI", RAISE, AREA, 4, "NOT OPENED IN TIME", "failed to open" },
    { "OJ", RAISE, USER, 5, "OPEN", "opened late" },
    { "OK", RAISE, USER, 5, "OPEN", "opened early" },
    { "OL", RAISE, USER, 5, "OPEN", "opened late, from alarm" },
    { "OP", RAISE, USER, 5, "OPEN", "opened" },
    { "OQ", RAISE, USER, 5, "OPEN", "opened remotely" },
    { "OR", RAISE, USER, 5, "OPEN", "opened while in alarm" },
    { "OS", RAISE, USER, 5, "OPEN", "opened by keyswitch" },
    { "OT", RAISE, USER, 4, "NOT CLOSED IN TIME", "late to close" },
    { "OU", RAISE, OUTPUT, 4, "OUTPUT TROUBLE", "output trouble" },
    { "OV", RESTORE, OUTPUT, 4, "OUTPUT TROUBLE", "output restored" },
    { "OZ", RAISE, ZONE, 5, "OPEN", "point opened" },
    { "PC", NOTE, USER, 5, "PHOTO SETTING", "photo on demand enabled" },
    { "PD", NOTE, USER, 5, "PHOTO SETTING", "photo on demand disabled" },
    { "PE", NOTE, NONE, 5, "PHOTO SETTING", "photo by scenario enabled" },
    { "PF", RAISE, ZONE, 4, "PHOTO CHANNEL TROUBLE", "photo channel lost" },
    { "PG", NOTE, NONE, 5, "PHOTO SETTING", "photo by scenario disabled" },
    { "PO", RESTORE, ZONE, 4, "PHOTO CHANNEL TROUBLE", "photo channel restored" },
    { "RA", MOMENT, NONE, 4, "REMOTE CALL FAILED", "remote programmer call failed" },
    { "RB", RAISE, NONE, 5, "REMOTE PROGRAMMING", "remote programming begun" },
    { "RC", RAISE, OUTPUT, 5, "RELAY CLOSED", "relay closed" },
    { "RD", MOMENT, NONE, 4, "REMOTE PROGRAMMING DENIED", "remote programming denied" },
    { "RN", NOTE, NONE, 5, "REMOTE RESET", "remote reset" },
    { "RO", RESTORE, OUTPUT, 5, "RELAY CLOSED", "relay opened" },
    { "RP", NOTE, NONE, 5, "TEST REPORT", "automatic test" },
    { "RR", NOTE, NONE, 5, "POWER UP", "power up" },
    { "RS", RESTORE, NONE, 5, "REMOTE PROGRAMMING", "remote programming succeeded" },
    { "RT", MOMENT, LINE, 4, "DATA LOST", "dialler data lost" },
    { "RU", RESTORE, NONE, 5, "REMOTE PROGRAMMING", "remote programming failed" },
    { "RX", NOTE, USER, 5, "TEST REPORT", "manual test" },
    { "RY", MOMENT, ZONE, 4, "TEST OFF NORMAL", "test with a condition standing" },
    { "SC", NOTE, DEVICE, 5, "CHANGE OF STATE", "change of state" },
    { "SM", RAISE, ZONE, 4, "WATER TROUBLE", "leak protection malfunction" },
    { "TC", NOTE, NONE, 5, "ALL POINTS TESTED", "all points tested" },
    { "TE", RESTORE, NONE, 5, "IN TEST", "test ended" },
    { "TP", NOTE, ZONE, 5, "WALK TEST POINT", "point tested" },
    { "TS", RAISE, NONE, 5, "IN TEST", "test begun" },
    { "TW", RAISE, NONE, 5, "AREA WATCH", "area watch begun" },
    { "TX", NOTE, NONE, 5, "TEST REPORT", "test report" },
    { "TZ", RESTORE, NONE, 5, "AREA WATCH", "area watch ended" },
    { "UX", MOMENT, NONE, 3, "UNDEFINED ALARM", "undefined alarm" },
    { "UY", RAISE, ZONE, 4, "UNTYPED ALARM TROUBLE", "point missing" },
    { "UZ", RAISE, ZONE, 3, "UNTYPED ALARM", "armed point missing" },
    { "VI", RESTORE, DEVICE, 5, "PRINTER PAPER OUT", "printer has paper" },
    { "VO", RAISE, DEVICE, 5, "PRINTER PAPER OUT", "printer paper out" },
    { "VR", RESTORE, DEVICE, 5, "PRINTER TROUBLE", "printer restored" },
    { "VT", RAISE, DEVICE, 5, "PRINTER TROUBLE", "printer trouble" },
    { "VX", NOTE, DEVICE, 5, "PRINTER TEST", "printer test" },
    { "VY", RESTORE, NONE, 5, "PRINTER OFFLINE", "printer online" },
    { "VZ", RAISE, NONE, 5, "PRINTER OFFLINE", "printer offline" },
    { "XA", MOMENT, NONE, 4, "EXTRA ACCOUNT", "event of an account that does not exist" },
    { "XC", RESTORE, ZONE, 4, "CONNECTION LOST", "connection restored" },
    { "XE", MOMENT, ZONE, 4, "EXTRA POINT", "extra point" },
    { "XF", MOMENT, ZONE, 4, "EXTRA POINT", "extra radio point" },
    { "XH", RESTORE, DEVICE, 3, "RADIO INTERFERENCE", "radio interference over" },
    { "XI", NOTE, ZONE, 5, "SENSOR RESET", "sensor reset" },
    { "XJ", RESTORE, DEVICE, 3, "RADIO TAMPER", "radio receiver tamper restored" },
    { "XL", RAISE, ZONE, 4, "CONNECTION LOST", "connection lost or weak" },
    { "XM", RAISE, ZONE, 2, "POINT MISSING", "point missing, verified by cross point" },
    { "XQ", RAISE, DEVICE, 3, "RADIO INTERFERENCE", "radio interference" },
    { "XR", RESTORE, ZONE, 4, "TRANSMITTER BATTERY", "transmitter battery restored" },
    { "XS", RAISE, DEVICE, 3, "RADIO TAMPER", "radio receiver tamper" },
    { "XT", RAISE, ZONE, 4, "TRANSMITTER BATTERY", "transmitter battery low" },
    { "XW", NOTE, ZONE, 5, "FORCED POINT", "point forced out at arming" },
    { "XX", MOMENT, NONE, 4, "FAIL TO TEST", "expected test was not received" },
    { "YA", RAISE, NONE, 4, "BELL FAULT", "bell fault" },
    { "YB", NOTE, LINE, 5, "BUSY SECONDS", "busy seconds" },
    { "YC", RAISE, NONE, 3, "COMMUNICATION FAILURE", "communication failed" },
    { "YD", RAISE, LINE, 4, "LINE CARD TROUBLE", "receiver line card trouble" },
    { "YE", RESTORE, LINE, 4, "LINE CARD TROUBLE", "receiver line card restored" },
    { "YF", MOMENT, NONE, 3, "PARAMETERS CORRUPT", "parameter checksum failed" },
    { "YG", NOTE, NONE, 5, "PARAMETERS CHANGED", "parameters changed" },
    { "YH", RESTORE, NONE, 4, "BELL FAULT", "bell restored" },
    { "YI", RAISE, DEVICE, 4, "OVERCURRENT", "overcurrent" },
    { "YJ", RESTORE, DEVICE, 4, "OVERCURRENT", "overcurrent restored" },
    { "YK", RESTORE, NONE, 3, "COMMUNICATION FAILURE", "communication restored" },
    { "YM", RAISE, NONE, 3, "BATTERY", "battery missing" },
    { "YN", MOMENT, NONE, 4, "INVALID REPORT", "invalid report" },
    { "YO", MOMENT, NONE, 4, "UNKNOWN MESSAGE", "unknown message" },
    { "YP", RAISE, DEVICE, 3, "POWER SUPPLY TROUBLE", "power supply trouble" },
    { "YQ", RESTORE, DEVICE, 3, "POWER SUPPLY TROUBLE", "power supply restored" },
    { "YR", RESTORE, NONE, 3, "BATTERY", "battery restored" },
    { "YS", RAISE, NONE, 3, "COMMUNICATION FAILURE", "communication trouble" },
    { "YT", RAISE, NONE, 3, "BATTERY", "battery trouble" },
    { "YU", MOMENT, DEVICE, 4, "DIAGNOSTIC ERROR", "diagnostic error" },
    { "YW", NOTE, NONE, 4, "WATCHDOG RESET", "watchdog reset" },
    { "YX", RAISE, NONE, 4, "SERVICE REQUIRED", "service required" },
    { "YY", NOTE, NONE, 5, "STATUS REPORT", "status report" },
    { "YZ", RESTORE, NONE, 4, "SERVICE REQUIRED", "service completed" },
    { "ZY", NOTE, DEVICE, 5, "DEVICE SWITCHED", "device switched on" },
    { "ZZ", NOTE, DEVICE, 5, "DEVICE SWITCHED", "device switched off" },
};

/* ---- looking up ---- */

const char *panel_number_word(enum panel_number number)
{
#define ROW(upper, word) [PANEL_##upper] = word,
    static const char *const words[PANEL_NUMBER_COUNT] = { PANEL_NUMBERS(ROW) };
#undef ROW
    assert(number < PANEL_NUMBER_COUNT);
    return words[number];
}

static bool alone_find(struct span code, struct panel_meaning *ret_meaning)
{
    for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
        const struct sia_code *row = &codes[i];
        if (!span_is(code, row->code))
            continue;
        *ret_meaning = (struct panel_meaning){ .effect = row->effect, .number = row->number,
                                               .priority = row->priority, .condition_count = 1,
                                               .known = true };
        snprintf(ret_meaning->conditions[0], PANEL_CONDITION_BYTES, "%s", row->condition);
        snprintf(ret_meaning->title, sizeof ret_meaning->title, "%.2s: %.60s", row->code,
                 row->title);
        return true;
    }
    return false;
}

/* The words of a family's verb, "FIRE" and " TROUBLE". */
static void family_describe(size_t family, size_t verb, struct span code,
                            struct panel_meaning *ret_meaning)
{
    const char *word = families[family].word;

    *ret_meaning = (struct panel_meaning){
        .effect = verbs[verb].effect, .number = PANEL_ZONE, .known = true,
        .family_bytes = strlen(word),
        .priority = verbs[verb].priority ? verbs[verb].priority : families[family].priority,
    };
    snprintf(ret_meaning->title, sizeof ret_meaning->title, "%.2s: %s %s", code.bytes, word,
             verbs[verb].title);
    for (uint32_t i = 0; i < PANEL_CONDITIONS_MAX && verbs[verb].endings[i]; i++)
        snprintf(ret_meaning->conditions[ret_meaning->condition_count++], PANEL_CONDITION_BYTES,
                 "%s%s", word, verbs[verb].endings[i]);
}

static bool family_find(struct span code, struct panel_meaning *ret_meaning)
{
    for (size_t family = 0; family < ARRAY_COUNT(families); family++)
        for (size_t verb = 0; verb < ARRAY_COUNT(verbs); verb++)
            if (families[family].letter == code.bytes[0] && verbs[verb].letter == code.bytes[1]) {
                family_describe(family, verb, code, ret_meaning);
                return true;
            }
    return false;
}

void sia_code_find(struct span code, struct panel_meaning *ret_meaning)
{
    assert(code.length == 2);
    if (alone_find(code, ret_meaning) || family_find(code, ret_meaning))
        return;
    *ret_meaning = (struct panel_meaning){ .effect = PANEL_MOMENT, .number = PANEL_ZONE,
                                           .priority = 3, .condition_count = 1 };
    snprintf(ret_meaning->conditions[0], PANEL_CONDITION_BYTES, "SIA %.2s", code.bytes);
    snprintf(ret_meaning->title, sizeof ret_meaning->title, "%.2s: a code no table here has",
             code.bytes);
}
