#include "feeds/contact_id.h"

#include <stdio.h>
#include <string.h>

#define RAISE PANEL_RAISE           /* Qualifier 1 begins it, 3 ends it. */
#define MOMENT PANEL_MOMENT
#define NOTE PANEL_NOTE
#define ZONE PANEL_ZONE
#define USER PANEL_USER
#define DOOR PANEL_DOOR
#define DEVICE PANEL_DEVICE
#define OUTPUT PANEL_OUTPUT
#define NONE PANEL_NONE

/* The conditions are those of the SIA table where both know the thing, so that a panel that changes
 * its language closes what it opened. An opening (qualifier 1) begins OPEN, a closing (3) ends it:
 * so the inverted sense of 4xx needs no rule of its own. */
static const struct cid_code {
    uint32_t event;
    enum panel_effect effect;
    enum panel_number number;
    uint32_t priority;
    const char *condition, *title;
} codes[] = {
    { 100, RAISE, ZONE, 1, "MEDICAL", "medical" },
    { 101, RAISE, ZONE, 1, "MEDICAL", "personal emergency, pendant" },
    { 102, RAISE, ZONE, 1, "FAILED TO REPORT IN", "failed to report in" },
    { 110, RAISE, ZONE, 1, "FIRE", "fire" },
    { 111, RAISE, ZONE, 1, "FIRE", "smoke" },
    { 112, RAISE, ZONE, 1, "FIRE", "combustion" },
    { 113, RAISE, ZONE, 1, "SPRINKLER", "water flow" },
    { 114, RAISE, ZONE, 1, "HEAT", "heat" },
    { 115, RAISE, ZONE, 1, "FIRE", "pull station" },
    { 116, RAISE, ZONE, 1, "FIRE", "duct" },
    { 117, RAISE, ZONE, 1, "FIRE", "flame" },
    { 118, RAISE, ZONE, 2, "FIRE NEAR ALARM", "near alarm" },
    { 120, RAISE, ZONE, 1, "PANIC", "panic" },
    { 121, RAISE, USER, 1, "DURESS", "duress" },
    { 122, RAISE, ZONE, 1, "HOLD-UP", "silent panic" },
    { 123, RAISE, ZONE, 1, "PANIC", "audible panic" },
    { 124, RAISE, ZONE, 1, "DURESS", "duress, access granted" },
    { 125, RAISE, ZONE, 1, "DURESS", "duress, egress granted" },
    { 126, RAISE, USER, 1, "HOLD-UP", "hold-up suspicion" },
    { 129, RAISE, ZONE, 1, "PANIC", "panic verifier" },
    { 130, RAISE, ZONE, 2, "BURGLARY", "burglary" },
    { 131, RAISE, ZONE, 2, "BURGLARY", "perimeter" },
    { 132, RAISE, ZONE, 2, "BURGLARY", "interior" },
    { 133, RAISE, ZONE, 2, "BURGLARY", "24 hour" },
    { 134, RAISE, ZONE, 2, "BURGLARY", "entry or exit" },
    { 135, RAISE, ZONE, 2, "BURGLARY", "day or night" },
    { 136, RAISE, ZONE, 2, "BURGLARY", "outdoor" },
    { 137, RAISE, ZONE, 3, "TAMPER", "tamper" },
    { 138, RAISE, ZONE, 3, "BURGLARY NEAR ALARM", "near alarm" },
    { 139, RAISE, ZONE, 1, "BURGLARY VERIFIED", "intrusion verifier" },
    { 140, RAISE, ZONE, 2, "UNTYPED ALARM", "general alarm" },
    { 141, RAISE, ZONE, 3, "POLLING LOOP OPEN", "polling loop open" },
    { 142, RAISE, ZONE, 3, "POLLING LOOP SHORT", "polling loop short" },
    { 143, RAISE, DEVICE, 3, "EXPANSION TROUBLE", "expansion module failure" },
    { 144, RAISE, ZONE, 3, "TAMPER", "sensor tamper" },
    { 145, RAISE, DEVICE, 3, "EXPANSION TAMPER", "expansion module tamper" },
    { 146, RAISE, ZONE, 2, "BURGLARY", "silent burglary" },
    { 147, RAISE, ZONE, 3, "SENSOR SUPERVISION", "sensor supervision failure" },
    { 150, RAISE, ZONE, 2, "UNTYPED ALARM", "24 hour, no burglary" },
    { 151, RAISE, ZONE, 1, "GAS", "gas detected" },
    { 152, RAISE, ZONE, 3, "REFRIGERATION", "refrigeration" },
    { 153, RAISE, ZONE, 3, "FREEZE", "loss of heat" },
    { 154, RAISE, ZONE, 3, "WATER", "water leakage" },
    { 155, RAISE, ZONE, 3, "FOIL BREAK", "foil break" },
    { 156, RAISE, ZONE, 4, "DAY TROUBLE", "day trouble" },
    { 157, RAISE, ZONE, 3, "LOW GAS LEVEL", "low bottled gas" },
    { 158, RAISE, ZONE, 3, "HIGH TEMPERATURE", "high temperature" },
    { 159, RAISE, ZONE, 3, "FREEZE", "low temperature" },
    { 161, RAISE, ZONE, 3, "AIR FLOW", "loss of air flow" },
    { 162, RAISE, ZONE, 1, "GAS", "carbon monoxide" },
    { 163, RAISE, ZONE, 3, "TANK LEVEL", "tank level" },
    { 168, RAISE, ZONE, 3, "HIGH HUMIDITY", "high humidity" },
    { 169, RAISE, ZONE, 3, "LOW HUMIDITY", "low humidity" },
    { 200, RAISE, ZONE, 3, "FIRE SUPERVISORY", "fire supervisory" },
    { 201, RAISE, ZONE, 3, "LOW WATER PRESSURE", "low water pressure" },
    { 202, RAISE, ZONE, 3, "LOW CO2", "low CO2" },
    { 203, RAISE, ZONE, 3, "GATE VALVE", "gate valve sensor" },
    { 204, RAISE, ZONE, 3, "LOW WATER LEVEL", "low water level" },
    { 205, RAISE, ZONE, 3, "PUMP ACTIVATED", "pump activated" },
    { 206, RAISE, ZONE, 3, "PUMP FAILURE", "pump failure" },
    { 300, RAISE, DEVICE, 4, "SYSTEM TROUBLE", "system trouble" },
    { 301, RAISE, NONE, 3, "AC FAILURE", "AC loss" },
    { 302, RAISE, NONE, 3, "BATTERY", "low system battery" },
    { 303, RAISE, NONE, 4, "RAM CHECKSUM", "RAM checksum bad" },
    { 304, RAISE, NONE, 4, "ROM CHECKSUM", "ROM checksum bad" },
    { 305, NOTE, NONE, 4, "SYSTEM RESET", "system reset" },
    { 306, NOTE, NONE, 4, "PROGRAMMING CHANGED", "panel programming changed" },
    { 307, RAISE, NONE, 4, "SELF-TEST FAILURE", "self-test failure" },
    { 308, RAISE, NONE, 3, "SYSTEM SHUTDOWN", "system shutdown" },
    { 309, RAISE, NONE, 3, "BATTERY TEST FAILURE", "battery test failure" },
    { 310, RAISE, ZONE, 4, "GROUND FAULT", "ground fault" },
    { 311, RAISE, NONE, 3, "BATTERY MISSING", "battery missing or dead" },
    { 312, RAISE, DEVICE, 4, "OVERCURRENT", "power supply overcurrent" },
    { 313, NOTE, USER, 5, "ENGINEER RESET", "engineer reset" },
    { 314, RAISE, DEVICE, 3, "POWER SUPPLY TROUBLE", "primary power supply failure" },
    { 316, RAISE, DEVICE, 3, "SYSTEM TAMPER", "system tamper" },
    { 320, RAISE, OUTPUT, 4, "SOUNDER OR RELAY", "sounder or relay" },
    { 321, RAISE, OUTPUT, 4, "BELL FAULT", "bell 1" },
    { 322, RAISE, OUTPUT, 4, "BELL 2 FAULT", "bell 2" },
    { 323, RAISE, OUTPUT, 4, "ALARM RELAY", "alarm relay" },
    { 324, RAISE, OUTPUT, 4, "TROUBLE RELAY", "trouble relay" },
    { 325, RAISE, OUTPUT, 4, "REVERSING RELAY", "reversing relay" },
    { 326, RAISE, OUTPUT, 4, "NOTIFICATION CIRCUIT 3", "notification appliance circuit 3" },
    { 327, RAISE, OUTPUT, 4, "NOTIFICATION CIRCUIT 4", "notification appliance circuit 4" },
    { 330, RAISE, DEVICE, 4, "PERIPHERAL TROUBLE", "system peripheral trouble" },
    { 331, RAISE, DEVICE, 4, "POLLING LOOP OPEN", "polling loop open" },
    { 332, RAISE, DEVICE, 4, "POLLING LOOP SHORT", "polling loop short" },
    { 333, RAISE, DEVICE, 4, "EXPANSION TROUBLE", "expansion module failure" },
    { 334, RAISE, DEVICE, 4, "REPEATER FAILURE", "repeater failure" },
    { 335, RAISE, DEVICE, 5, "PRINTER PAPER OUT", "local printer out of paper" },
    { 336, RAISE, DEVICE, 5, "PRINTER TROUBLE", "local printer failure" },
    { 337, RAISE, DEVICE, 4, "EXPANSION DC LOSS", "expansion module DC loss" },
    { 338, RAISE, DEVICE, 4, "EXPANSION BATTERY", "expansion module low battery" },
    { 339, RAISE, DEVICE, 4, "EXPANSION RESET", "expansion module reset" },
    { 341, RAISE, DEVICE, 3, "EXPANSION TAMPER", "expansion module tamper" },
    { 342, RAISE, DEVICE, 4, "EXPANSION AC LOSS", "expansion module AC loss" },
    { 343, RAISE, DEVICE, 4, "EXPANSION SELF-TEST", "expansion module self-test failure" },
    { 344, RAISE, DEVICE, 3, "RADIO INTERFERENCE", "radio receiver jam" },
    { 345, RAISE, DEVICE, 4, "AES ENCRYPTION", "AES encryption disabled or enabled" },
    { 350, RAISE, DEVICE, 3, "COMMUNICATION FAILURE", "communication trouble" },
    { 351, RAISE, NONE, 4, "PHONE LINE TROUBLE", "telephone line 1 fault" },
    { 352, RAISE, NONE, 4, "PHONE LINE 2 TROUBLE", "telephone line 2 fault" },
    { 353, RAISE, DEVICE, 3, "RADIO TRANSMITTER", "long range radio transmitter fault" },
    { 354, RAISE, DEVICE, 3, "FAILED TO COMMUNICATE", "failure to communicate event" },
    { 355, RAISE, DEVICE, 3, "RADIO SUPERVISION", "loss of radio supervision" },
    { 356, RAISE, DEVICE, 3, "LOSS OF POLLING", "loss of central polling" },
    { 357, RAISE, DEVICE, 3, "RADIO VSWR", "long range radio VSWR problem" },
    { 358, RAISE, DEVICE, 3, "PERIODIC TEST", "periodic communication test failure" },
    { 370, RAISE, ZONE, 4, "PROTECTION LOOP", "protection loop" },
    { 371, RAISE, ZONE, 4, "PROTECTION LOOP OPEN", "protection loop open" },
    { 372, RAISE, ZONE, 4, "PROTECTION LOOP SHORT", "protection loop short" },
    { 373, RAISE, ZONE, 3, "FIRE TROUBLE", "fire loop trouble" },
    { 374, RAISE, ZONE, 3, "EXIT ERROR", "exit error alarm" },
    { 375, RAISE, ZONE, 3, "PANIC TROUBLE", "panic zone trouble" },
    { 376, RAISE, ZONE, 3, "HOLD-UP TROUBLE", "hold-up zone trouble" },
    { 377, RAISE, ZONE, 4, "SWINGER", "swinger trouble" },
    { 378, RAISE, ZONE, 4, "CROSS-ZONE TROUBLE", "cross-zone trouble" },
    { 380, RAISE, ZONE, 4, "SENSOR TROUBLE", "sensor trouble" },
    { 381, RAISE, ZONE, 3, "SENSOR SUPERVISION", "loss of supervision, radio" },
    { 382, RAISE, ZONE, 3, "LOOP SUPERVISION", "loss of supervision, polling loop" },
    { 383, RAISE, ZONE, 3, "TAMPER", "sensor tamper" },
    { 384, RAISE, ZONE, 4, "TRANSMITTER BATTERY", "radio low battery" },
    { 385, RAISE, ZONE, 4, "SMOKE SENSITIVITY HIGH", "smoke detector high sensitivity" },
    { 386, RAISE, ZONE, 4, "SMOKE SENSITIVITY LOW", "smoke detector low sensitivity" },
    { 387, RAISE, ZONE, 4, "DETECTOR SENSITIVITY HIGH", "intrusion detector sensitivity" },
    { 388, RAISE, ZONE, 4, "DETECTOR SENSITIVITY LOW", "intrusion detector sensitivity" },
    { 389, RAISE, ZONE, 4, "SENSOR SELF-TEST", "sensor self-test failure" },
    { 391, RAISE, ZONE, 4, "SENSOR WATCH", "sensor watch trouble" },
    { 392, RAISE, ZONE, 4, "DRIFT COMPENSATION", "drift compensation error" },
    { 393, RAISE, ZONE, 4, "MAINTENANCE ALERT", "maintenance alert" },
    { 400, RAISE, USER, 5, "OPEN", "open or close" },
    { 401, RAISE, USER, 5, "OPEN", "open or close by user" },
    { 402, RAISE, USER, 5, "OPEN", "group open or close" },
    { 403, RAISE, USER, 5, "OPEN", "automatic open or close" },
    { 404, RAISE, USER, 5, "OPEN", "late open or close" },
    { 405, NOTE, USER, 5, "OPEN DEFERRED", "deferred open or close" },
    { 406, MOMENT, USER, 4, "ALARM CANCELLED", "alarm cancelled by a user" },
    { 407, RAISE, USER, 5, "OPEN", "remote arm or disarm" },
    { 408, RAISE, USER, 5, "OPEN", "quick arm" },
    { 409, RAISE, USER, 5, "OPEN", "keyswitch open or close" },
    { 411, NOTE, USER, 5, "CALLBACK REQUESTED", "callback requested" },
    { 412, NOTE, USER, 5, "REMOTE PROGRAMMING", "successful download" },
    { 413, NOTE, USER, 5, "REMOTE PROGRAMMING", "unsuccessful access" },
    { 414, NOTE, USER, 5, "SYSTEM SHUTDOWN", "system shutdown command" },
    { 415, NOTE, USER, 5, "DIALLER SHUTDOWN", "dialler shutdown command" },
    { 416, NOTE, USER, 5, "REMOTE PROGRAMMING", "successful upload" },
    { 421, MOMENT, USER, 4, "ACCESS DENIED", "access denied" },
    { 422, NOTE, USER, 5, "ACCESS GRANTED", "access report by user" },
    { 423, RAISE, DOOR, 2, "DOOR FORCED", "forced access" },
    { 424, MOMENT, USER, 4, "EGRESS DENIED", "egress denied" },
    { 425, NOTE, USER, 5, "EGRESS GRANTED", "egress granted" },
    { 426, RAISE, DOOR, 3, "DOOR LEFT OPEN", "access door propped open" },
    { 427, RAISE, DOOR, 4, "ACCESS TROUBLE", "access point status trouble" },
    { 441, RAISE, USER, 5, "OPEN", "armed to stay, or disarmed" },
    { 442, RAISE, USER, 5, "OPEN", "keyswitch armed to stay" },
    { 450, NOTE, USER, 5, "OPEN EXCEPTION", "exception open or close" },
    { 451, RAISE, USER, 5, "OPEN", "early open or close" },
    { 452, RAISE, USER, 5, "OPEN", "late open or close" },
    { 453, MOMENT, USER, 4, "NOT OPENED IN TIME", "failed to open" },
    { 454, MOMENT, USER, 4, "NOT CLOSED IN TIME", "failed to close" },
    { 455, MOMENT, USER, 4, "ARMING FAILED", "automatic arming failed" },
    { 456, RAISE, USER, 5, "OPEN", "partial arm" },
    { 457, MOMENT, USER, 4, "EXIT ERROR", "exit error by user" },
    { 458, NOTE, USER, 5, "USER ON PREMISES", "user on premises" },
    { 459, MOMENT, USER, 4, "RECENT CLOSING", "alarm soon after closing" },
    { 461, MOMENT, ZONE, 3, "CODE TAMPER", "wrong code entry" },
    { 462, NOTE, USER, 5, "LEGAL CODE ENTRY", "legal code entry" },
    { 463, RAISE, USER, 5, "OPEN", "re-arm after alarm" },
    { 464, NOTE, USER, 5, "CLOSING EXTENDED", "automatic arm time extended" },
    { 465, PANEL_RESTORE, ZONE, 1, "PANIC", "panic alarm reset" },
    { 466, NOTE, USER, 5, "SERVICE", "service on or off premises" },
    { 520, RAISE, OUTPUT, 5, "SOUNDER DISABLED", "sounder or relay disabled" },
    { 521, RAISE, OUTPUT, 5, "BELL DISABLED", "bell 1 disabled" },
    { 522, RAISE, OUTPUT, 5, "BELL 2 DISABLED", "bell 2 disabled" },
    { 523, RAISE, OUTPUT, 5, "ALARM RELAY DISABLED", "alarm relay disabled" },
    { 531, NOTE, DEVICE, 5, "MODULE ADDED", "module added" },
    { 532, NOTE, DEVICE, 5, "MODULE REMOVED", "module removed" },
    { 551, RAISE, NONE, 4, "DIALLER DISABLED", "dialler disabled" },
    { 552, RAISE, NONE, 4, "RADIO DISABLED", "radio transmitter disabled" },
    { 553, RAISE, NONE, 4, "REMOTE DISABLED", "remote upload and download disabled" },
    { 570, RAISE, ZONE, 5, "BYPASS", "zone bypass" },
    { 571, RAISE, ZONE, 4, "FIRE BYPASS", "fire bypass" },
    { 572, RAISE, ZONE, 5, "24 HOUR BYPASS", "24 hour zone bypass" },
    { 573, RAISE, ZONE, 5, "BURGLARY BYPASS", "burglary bypass" },
    { 574, RAISE, USER, 5, "GROUP BYPASS", "group bypass" },
    { 575, RAISE, ZONE, 5, "SWINGER BYPASS", "swinger bypass" },
    { 576, RAISE, ZONE, 5, "ACCESS BYPASS", "access zone shunt" },
    { 577, RAISE, ZONE, 5, "ACCESS POINT BYPASS", "access point bypass" },
    { 601, NOTE, USER, 5, "TEST REPORT", "manual test" },
    { 602, NOTE, NONE, 5, "TEST REPORT", "periodic test" },
    { 603, NOTE, NONE, 5, "TEST REPORT", "periodic radio test" },
    { 604, RAISE, USER, 5, "FIRE IN TEST", "fire test" },
    { 605, NOTE, ZONE, 5, "STATUS REPORT", "status report follows" },
    { 606, NOTE, ZONE, 5, "LISTEN-IN", "listen-in to follow" },
    { 607, RAISE, USER, 5, "WALK TEST", "walk test" },
    { 608, MOMENT, ZONE, 4, "TEST OFF NORMAL", "periodic test, system trouble present" },
    { 609, NOTE, ZONE, 5, "VIDEO ACTIVE", "video transmitter active" },
    { 611, NOTE, ZONE, 5, "WALK TEST POINT", "point tested" },
    { 612, MOMENT, ZONE, 4, "POINT NOT TESTED", "point not tested" },
    { 613, NOTE, ZONE, 5, "WALK TEST POINT", "intrusion zone walk tested" },
    { 614, NOTE, ZONE, 5, "WALK TEST POINT", "fire zone walk tested" },
    { 615, NOTE, ZONE, 5, "WALK TEST POINT", "panic zone walk tested" },
    { 616, NOTE, ZONE, 5, "SERVICE", "service request" },
    { 621, NOTE, NONE, 5, "LOG RESET", "event log reset" },
    { 622, NOTE, NONE, 5, "LOG THRESHOLD", "event log half full" },
    { 623, NOTE, NONE, 5, "LOG THRESHOLD", "event log nearly full" },
    { 624, NOTE, NONE, 5, "LOG OVERFLOW", "event log overflow" },
    { 625, NOTE, USER, 5, "TIME CHANGED", "time or date reset" },
    { 626, RAISE, NONE, 4, "CLOCK", "time or date inaccurate" },
    { 627, RAISE, NONE, 5, "PROGRAMMING", "program mode entry" },
    { 628, PANEL_RESTORE, NONE, 5, "PROGRAMMING", "program mode exit" },
    { 629, NOTE, NONE, 5, "LOG MARKER", "32 hour event log marker" },
    { 630, NOTE, NONE, 5, "SCHEDULE CHANGED", "schedule change" },
    { 631, NOTE, NONE, 5, "SCHEDULE CHANGED", "exception schedule change" },
    { 632, NOTE, NONE, 5, "SCHEDULE CHANGED", "access schedule change" },
    { 641, RAISE, ZONE, 3, "SENIOR WATCH", "senior watch trouble" },
    { 642, NOTE, USER, 5, "LATCH-KEY", "latch-key supervision" },
    { 651, NOTE, NONE, 5, "DEALER ID", "reserved for dealer use" },
    { 654, RAISE, NONE, 3, "NO ACTIVITY", "system inactivity" },
    { 900, NOTE, NONE, 5, "DOWNLOAD ABORTED", "download abort" },
};

/* Contact ID's telephone form puts its message type first. */
static bool is_message_type(const char *digits)
{
    return memcmp(digits, "18", 2) == 0 || memcmp(digits, "98", 2) == 0;
}

static uint32_t number_of(const char *digits, size_t count)
{
    uint32_t number = 0;

    for (size_t i = 0; i < count; i++)
        number = number * 10 + (uint32_t)(digits[i] - '0');
    return number;
}

bool contact_id_read(struct span text, struct contact_id *ret_event)
{
    enum { SHORT_DIGITS = 9, LONG_DIGITS = 11 };
    char digits[LONG_DIGITS];
    size_t count = 0;

    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == ' ')
            continue;
        if (text.bytes[i] < '0' || text.bytes[i] > '9' || count == LONG_DIGITS)
            return false;
        digits[count++] = text.bytes[i];
    }
    if (count != SHORT_DIGITS && !(count == LONG_DIGITS && is_message_type(digits)))
        return false;
    const char *at = digits + count - SHORT_DIGITS;
    uint32_t qualifier = number_of(at, 1);
    if (qualifier != CONTACT_ID_NEW && qualifier != CONTACT_ID_RESTORE
        && qualifier != CONTACT_ID_STILL)
        return false;
    *ret_event = (struct contact_id){ .qualifier = (enum contact_id_qualifier)qualifier,
                                      .event = number_of(at + 1, 3),
                                      .partition = number_of(at + 4, 2),
                                      .zone = number_of(at + 6, 3) };
    return true;
}

static const struct cid_code *code_find(uint32_t event)
{
    for (size_t i = 0; i < ARRAY_COUNT(codes); i++)
        if (codes[i].event == event)
            return &codes[i];
    return NULL;
}

static enum panel_effect effect_of(enum panel_effect effect, enum contact_id_qualifier qualifier)
{
    if (effect == RAISE && qualifier == CONTACT_ID_RESTORE)
        return PANEL_RESTORE;
    /* The end of what only rings is nothing to ring for again. */
    if (effect == MOMENT && qualifier == CONTACT_ID_RESTORE)
        return PANEL_NOTE;
    return effect;
}

void contact_id_find(const struct contact_id *event, struct panel_meaning *ret_meaning)
{
    static const char *const tails[] = { [CONTACT_ID_RESTORE] = ", restored or closed",
                                         [CONTACT_ID_STILL] = ", still present" };
    const struct cid_code *row = code_find(event->event);
    const char *tail = tails[event->qualifier] ? tails[event->qualifier] : "";

    *ret_meaning = (struct panel_meaning){
        .effect = effect_of(row ? row->effect : RAISE, event->qualifier),
        .number = row ? row->number : ZONE, .priority = row ? row->priority : 3,
        .condition_count = 1, .known = row != NULL,
    };
    snprintf(ret_meaning->title, sizeof ret_meaning->title, "%03u: %s%s", event->event,
             row ? row->title : "a code no table here has", tail);
    if (row) {
        snprintf(ret_meaning->conditions[0], PANEL_CONDITION_BYTES, "%s", row->condition);
        /* 1xx are the hazards themselves. */
        ret_meaning->family_bytes = row->event < 200 ? strlen(row->condition) : 0;
    } else {
        snprintf(ret_meaning->conditions[0], PANEL_CONDITION_BYTES, "CID %03u", event->event);
    }
}
