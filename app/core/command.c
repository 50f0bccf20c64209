#include "app/core/command.h"

#include <string.h>

#include "app/base/text.h"
#include "app/core/decide.h"

/* Who, by the letters of screens.md section 2. A supervisor may do all that T and D may. */
enum {
    T = 1u << ROLE_CALLTAKER | 1u << ROLE_SUPERVISOR,
    D = 1u << ROLE_DISPATCHER | 1u << ROLE_SUPERVISOR,
    S = 1u << ROLE_SUPERVISOR,
    C = 1u << ROLE_COMMANDER,
    X = 1u << ROLE_DIRECTOR,
    O = 1u << ROLE_OBSERVER,
    ALL = T | D | S | C | X | O,
};

static const char no_inverse_order[] = "an order is recalled by an order (can), never undone";
static const char no_inverse_fact[] = "a fact that was reported stays; a newer one follows it";
static const char no_inverse_record[] = "the record keeps what was written; strike it with undo";
static const char no_inverse_nothing[] = "it writes nothing";

static const struct command commands[] = {
    { .short_form = "call", .long_form = "call", .usage = "call [LINE] [hangup, open, park]",
      .help = "Answer or end a telephone call.", .example = "call 2", .roles = T | D,
      .inverse = no_inverse_fact },
    { .short_form = "new", .long_form = "new", .usage = "new TYPE @PLACE [pN] [; TEXT]",
      .help = "Open an incident at an address, a crossing, a name or lat,lon.",
      .example = "new FIRE @12 Quay St p1 ; smoke from roof", .roles = T | D,
      .arguments = { ARGUMENT_TYPE, ARGUMENT_PLACE, ARGUMENT_PRIORITY }, .inverse = "close",
      .decide = decide_new },
    { .short_form = "ans", .long_form = "answer", .usage = "ans INCIDENT QUESTION=VALUE",
      .help = "Answer a protocol question.", .example = "ans DR7 inside=yes", .roles = T | D,
      .inverse = "ans" },
    { .short_form = "loc", .long_form = "locate", .usage = "loc INCIDENT @PLACE [; WHY]",
      .help = "Correct where an incident is.", .example = "loc 42 @Quay St / Mill Rd",
      .roles = T | D, .arguments = { ARGUMENT_INCIDENT, ARGUMENT_PLACE }, .inverse = "loc",
      .decide = decide_locate },
    { .short_form = "type", .long_form = "type", .usage = "type INCIDENT TYPE",
      .help = "Change what an incident is.", .example = "type 42 HAZMAT", .roles = T | D | C,
      .arguments = { ARGUMENT_INCIDENT, ARGUMENT_TYPE }, .inverse = "type",
      .decide = decide_type },
    { .short_form = "pri", .long_form = "priority", .usage = "pri INCIDENT 1..5 [; WHY]",
      .help = "Change an incident's priority.", .example = "pri 42 1", .roles = T | D | C,
      .arguments = { ARGUMENT_INCIDENT, ARGUMENT_WORD }, .inverse = "pri",
      .decide = decide_priority },
    { .short_form = "level", .long_form = "level", .usage = "level INCIDENT N",
      .help = "Go to the next alarm level.", .example = "level 42 2", .roles = D | C,
      .arguments = { ARGUMENT_INCIDENT, ARGUMENT_WORD }, .inverse = no_inverse_order },
    { .short_form = "n", .long_form = "note", .usage = "n INCIDENT|UNIT [t=14:22] TEXT",
      .help = "Write a note on an incident or a unit.",
      .example = "n 42 second caller, person at window", .roles = T | D | C,
      .arguments = { ARGUMENT_INCIDENT_OR_UNIT, ARGUMENT_TEXT }, .inverse = no_inverse_record,
      .decide = decide_note },
    { .short_form = "need", .long_form = "need", .usage = "need INCIDENT WHAT, STATE",
      .help = "Record a need that is not a unit.", .example = "need 42 gas company asked",
      .roles = D | C, .arguments = { ARGUMENT_INCIDENT, ARGUMENT_TEXT }, .inverse = "need" },
    { .short_form = "link", .long_form = "link",
      .usage = "link INCIDENT INCIDENT|AL [related, off]",
      .help = "Say that two things belong together.", .example = "link 42 46 related",
      .roles = T | D, .arguments = { ARGUMENT_INCIDENT, ARGUMENT_OBJECT }, .inverse = "link off" },
    { .short_form = "hold", .long_form = "hold", .usage = "hold INCIDENT SPAN ; REASON",
      .help = "Hold an incident for a while.", .example = "hold 45 30m ; no crew free",
      .roles = D, .arguments = { ARGUMENT_INCIDENT, ARGUMENT_WORD }, .inverse = "hold off" },
    { .short_form = "give", .long_form = "give", .usage = "give INCIDENT|AL OPERATOR",
      .help = "Give an incident or an item to somebody.", .example = "give 42 me", .roles = D | S,
      .arguments = { ARGUMENT_OBJECT, ARGUMENT_WORD }, .inverse = "give" },
    { .short_form = "close", .long_form = "close", .usage = "close INCIDENT DISPOSITION [; TEXT]",
      .help = "Close an incident; the disposition goes in the journal.",
      .example = "close 42 TRANSPORTED", .roles = D,
      .arguments = { ARGUMENT_INCIDENT, ARGUMENT_DISPOSITION }, .inverse = "reopen",
      .decide = decide_close },
    { .short_form = "reopen", .long_form = "reopen", .usage = "reopen INCIDENT ; REASON",
      .help = "Open a closed incident again.", .example = "reopen 42 ; caller rang again",
      .roles = D, .arguments = { ARGUMENT_INCIDENT }, .inverse = "close",
      .decide = decide_reopen },
    { .short_form = "rec", .long_form = "recommend", .usage = "rec INCIDENT [level=N]",
      .help = "Recommend units, with reasons.", .example = "rec 42", .roles = D | C,
      .arguments = { ARGUMENT_INCIDENT }, .inverse = no_inverse_nothing },
    { .short_form = "d", .long_form = "dispatch", .usage = "d INCIDENT UNITS",
      .help = "Send units to an incident; each gets its order and route.",
      .example = "d 42 E7 L2", .roles = D, .arguments = { ARGUMENT_INCIDENT, ARGUMENT_UNITS },
      .inverse = no_inverse_order, .decide = decide_dispatch },
    { .short_form = "can", .long_form = "cancel", .usage = "can INCIDENT UNITS|all [; WHY]",
      .help = "Call units back from an incident, by an order of its own.",
      .example = "can 42 E7", .roles = D, .arguments = { ARGUMENT_INCIDENT, ARGUMENT_UNITS },
      .inverse = no_inverse_order, .decide = decide_cancel },
    { .short_form = "mv", .long_form = "move", .usage = "mv UNIT @PLACE",
      .help = "Post a unit somewhere (a move-up).", .example = "mv E9 @St6", .roles = D,
      .arguments = { ARGUMENT_UNIT, ARGUMENT_PLACE }, .inverse = "mv" },
    { .short_form = "msg", .long_form = "message", .usage = "msg UNITS|INCIDENT TEXT",
      .help = "Send words to units, or to all units of an incident.",
      .example = "msg E7 hydrant is 18 m west", .roles = D | C,
      .arguments = { ARGUMENT_INCIDENT_OR_UNIT, ARGUMENT_TEXT }, .inverse = no_inverse_order,
      .decide = decide_message },
    { .short_form = "par", .long_form = "par", .usage = "par INCIDENT | par UNIT COUNT",
      .help = "Count the crews (accountability).", .example = "par E7 4", .roles = D | C,
      .arguments = { ARGUMENT_INCIDENT_OR_UNIT }, .inverse = no_inverse_fact },
    { .short_form = "emg", .long_form = "emergency", .usage = "emg UNIT | emg UNIT clear ; HOW",
      .help = "Mark a unit's emergency, or end it once somebody has checked.",
      .example = "emg M4 clear ; crew answered by radio", .roles = D,
      .arguments = { ARGUMENT_UNIT, ARGUMENT_WORD }, .inverse = "emg clear",
      .decide = decide_emergency },
    { .short_form = "en", .long_form = "enroute", .usage = "en UNITS [t=14:22]",
      .help = "Units are on their way.", .example = "en E7 L2", .roles = D,
      .arguments = { ARGUMENT_UNITS }, .inverse = no_inverse_fact, .decide = decide_enroute },
    { .short_form = "stg", .long_form = "staged", .usage = "stg UNITS [t=14:22]",
      .help = "Units wait near the scene.", .example = "stg M6", .roles = D | C,
      .arguments = { ARGUMENT_UNITS }, .inverse = no_inverse_fact, .decide = decide_staged },
    { .short_form = "ons", .long_form = "onscene", .usage = "ons UNITS [t=14:22]",
      .help = "Units are on scene.", .example = "ons E7 t=14:22", .roles = D | C,
      .arguments = { ARGUMENT_UNITS }, .inverse = no_inverse_fact, .decide = decide_onscene },
    { .short_form = "tr", .long_form = "transport", .usage = "tr UNIT FACILITY [n=PATIENTS]",
      .help = "A unit takes patients to a hospital.", .example = "tr M6 STBRAE", .roles = D,
      .arguments = { ARGUMENT_UNIT, ARGUMENT_FACILITY }, .inverse = no_inverse_fact,
      .decide = decide_transport },
    { .short_form = "hos", .long_form = "athospital", .usage = "hos UNITS [t=14:22]",
      .help = "Units are at the hospital.", .example = "hos M6", .roles = D,
      .arguments = { ARGUMENT_UNITS }, .inverse = no_inverse_fact,
      .decide = decide_at_hospital },
    { .short_form = "av", .long_form = "available", .usage = "av UNITS [t=14:22]",
      .help = "Units are available again; they leave their incident.", .example = "av E7",
      .roles = D, .arguments = { ARGUMENT_UNITS }, .inverse = no_inverse_fact,
      .decide = decide_available },
    { .short_form = "oos", .long_form = "outofservice", .usage = "oos UNIT [back=2h] ; REASON",
      .help = "A unit cannot be used until it is made available.",
      .example = "oos E2 back=2h ; pump", .roles = D | S, .arguments = { ARGUMENT_UNIT },
      .inverse = "av", .decide = decide_out_of_service },
    { .short_form = "duty", .long_form = "duty", .usage = "duty UNIT on crew=N | duty UNIT off",
      .help = "Log a crew on or off.", .example = "duty E7 on crew=4", .roles = D | S,
      .arguments = { ARGUMENT_UNIT, ARGUMENT_WORD }, .inverse = "duty" },
    { .short_form = "ack", .long_form = "acknowledge",
      .usage = "ack AL|OR|MS|UNIT|INCIDENT [; TEXT]",
      .help = "Take what needs a person: it is yours, and stops asking.",
      .example = "ack AL17 ; crew told", .roles = D | C, .arguments = { ARGUMENT_OBJECT },
      .inverse = no_inverse_record, .decide = decide_acknowledge },
    { .short_form = "ok", .long_form = "ok", .usage = "ok QU", .help = "Yes to what was asked.",
      .example = "ok QU32", .roles = T | D | C, .arguments = { ARGUMENT_OBJECT },
      .inverse = "what it does has its own", .decide = decide_ok },
    { .short_form = "no", .long_form = "no", .usage = "no QU [; REASON]",
      .help = "No to what was asked.", .example = "no QU32 ; stays where it is",
      .roles = T | D | C, .arguments = { ARGUMENT_OBJECT }, .inverse = no_inverse_record,
      .decide = decide_no },
    { .short_form = "later", .long_form = "later", .usage = "later OBJECT SPAN ; REASON",
      .help = "Put an item off; it comes back by itself.",
      .example = "later 42 10m ; ring gas company", .roles = T | D | C,
      .arguments = { ARGUMENT_OBJECT, ARGUMENT_WORD }, .inverse = "later" },
    { .short_form = "shelve", .long_form = "shelve", .usage = "shelve AL SPAN ; REASON",
      .help = "Silence an alarm for a while.", .example = "shelve AL17 30m ; tank test",
      .roles = D, .arguments = { ARGUMENT_OBJECT, ARGUMENT_WORD }, .inverse = "shelve off" },
    { .short_form = "storm", .long_form = "storm", .usage = "storm HZ|ZONE CLASSES SPAN ; REASON",
      .help = "Hold classes of alarm in an area.",
      .example = "storm HZ9 POWER,LOWBAT 2h ; outage", .roles = S, .inverse = "storm off" },
    { .short_form = "act", .long_form = "actuate", .usage = "act TARGET STATE SPAN ; REASON",
      .help = "Ask for a siren, a gate or a signal.",
      .example = "act SIREN-HARBOUR on 3m ; flood", .roles = D, .inverse = "act off" },
    { .short_form = "approve", .long_form = "approve", .usage = "approve OR TARGET",
      .help = "Be the second person for an actuation.", .example = "approve OR41 SIREN-HARBOUR",
      .roles = S | C, .inverse = no_inverse_order },
    { .short_form = "haz", .long_form = "hazard",
      .usage = "haz KIND @PLACE RADIUS SPAN | haz HZ off|SPAN",
      .help = "Draw a hazard zone, end it, or let it last longer; closed roads are routed around.",
      .example = "haz GAS @cursor 200m 2h", .roles = D | C,
      .arguments = { ARGUMENT_HAZARD, ARGUMENT_PLACE, ARGUMENT_RADIUS, ARGUMENT_SPAN },
      .inverse = "haz HZ off", .decide = decide_hazard },
    { .short_form = "go", .long_form = "go", .usage = "go OBJECT | go @PLACE",
      .help = "Show it on the map; writes nothing. / is go as you type.", .example = "go E7",
      .roles = ALL, .place = COMMAND_LOCAL, .arguments = { ARGUMENT_OBJECT, ARGUMENT_PLACE },
      .inverse = no_inverse_nothing },
    { .short_form = "show", .long_form = "show",
      .usage = "show OBJECT | show LIST | show reach St4 5m | show inside HZ9 | show distance A B",
      .help = "One object, a list (incidents units alarms hazards orders feeds attention), or what "
              "the map knows; writes nothing.",
      .example = "show 42", .roles = ALL, .place = COMMAND_ASKED,
      .arguments = { ARGUMENT_SHOWN }, .inverse = no_inverse_nothing },
    { .short_form = "why", .long_form = "why", .usage = "why OBJECT",
      .help = "The chain of causes behind it, in words; writes nothing.", .example = "why OR33",
      .roles = ALL, .place = COMMAND_ASKED, .arguments = { ARGUMENT_OBJECT },
      .inverse = no_inverse_nothing },
    { .short_form = "undo", .long_form = "undo", .usage = "undo [ENTRY] ; REASON",
      .help = "Take back a record (never an order).", .example = "undo 8812 ; wrong incident",
      .roles = ALL, .inverse = no_inverse_record },
    { .short_form = "set", .long_form = "set",
      .usage = "set layer NAME on|off | set map|palette|follow|lock|trails|sound|blink WORD | "
               "set feed NAME pause|run|restart [; WHY]",
      .help = "Change what this console shows (Tab lists it); set feed (supervisor) pauses, runs "
              "or restarts one.",
      .example = "set layer hydrants off", .roles = ALL, .place = COMMAND_LOCAL,
      .arguments = { ARGUMENT_WORD, ARGUMENT_WORD, ARGUMENT_WORD }, .inverse = "set",
      .decide = decide_set },
    { .short_form = "hand", .long_form = "handover", .usage = "hand DESK OPERATOR",
      .help = "Hand a desk over.", .example = "hand FIRE-N BEA", .roles = D | S,
      .inverse = "hand" },
    { .short_form = "quit", .long_form = "quit", .usage = "quit",
      .help = "End this console; the hub stays.", .example = "quit", .roles = ALL,
      .place = COMMAND_LOCAL, .inverse = no_inverse_nothing },
    { .short_form = "reload", .long_form = "reload", .usage = "reload",
      .help = "Read site.conf again; a wrong one changes nothing.", .example = "reload",
      .roles = S, .inverse = "reload", .decide = decide_reload },
    { .short_form = "drill", .long_form = "drill", .usage = "drill pause|run|give|hold|skip|...",
      .help = "Direct an exercise.", .example = "drill hold 10 3m ; overload", .roles = X,
      .inverse = no_inverse_fact },
    { .short_form = "inject", .long_form = "inject", .usage = "inject FEED UNIT WHAT [; TEXT]",
      .help = "Give an inject to the simulated field (drills only).",
      .example = "inject field E3 breakdown ; gearbox", .roles = X,
      .arguments = { ARGUMENT_WORD, ARGUMENT_UNIT, ARGUMENT_WORD }, .inverse = "inject clear",
      .decide = decide_inject },
};

uint32_t command_count(void)
{
    return ARRAY_COUNT(commands);
}

const struct command *command_row(uint32_t index)
{
    assert(index < ARRAY_COUNT(commands));
    return &commands[index];
}

const struct command *command_named(struct span word)
{
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
        if (text_same_ignoring_case(word, span_of(commands[i].short_form))
            || text_same_ignoring_case(word, span_of(commands[i].long_form)))
            return &commands[i];
    return NULL;
}

static bool is_word(enum argument_kind kind)
{
    return kind != ARGUMENT_NONE && kind != ARGUMENT_PLACE && kind != ARGUMENT_PRIORITY
           && kind != ARGUMENT_OPTION;
}

enum argument_kind command_argument(const struct command *command, uint32_t word)
{
    enum argument_kind last = ARGUMENT_NONE;

    for (uint32_t i = 0; i < ARGUMENTS_MAX; i++) {
        if (!is_word(command->arguments[i]))
            continue;
        last = command->arguments[i];
        if (word-- == 0)
            break;
    }
    return last;
}

bool command_takes(const struct command *command, enum argument_kind kind)
{
    for (uint32_t i = 0; i < ARGUMENTS_MAX; i++)
        if (command->arguments[i] == kind)
            return true;
    return false;
}

bool command_allowed(const struct command *command, enum operator_role role)
{
    return (command->roles & 1u << role) != 0;
}

const char *command_option(const struct command_line *line, const char *name)
{
    for (uint32_t i = 0; i < line->option_count; i++)
        if (strcmp(line->options[i].name, name) == 0)
            return line->options[i].value;
    return NULL;
}
