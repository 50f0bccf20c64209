/* limits.h - every table and queue of the core has a limit: why it is that large, and what
 * happens at it. Nothing here "grows". */
#ifndef APP_CORE_LIMITS_H
#define APP_CORE_LIMITS_H

enum {
    /* A full table refuses the new object in decide and says so in the entry; a call then becomes a
     * bare note on the site, never lost. A county on its worst day has some hundred open incidents
     * (field.md), units by the hundred, alarm points by the thousand. */
    INCIDENTS_MAX = 5000,
    UNITS_MAX = 4000,
    ALARMS_MAX = 20000,
    HAZARDS_MAX = 2000,
    ORDERS_MAX = 20000,
    MESSAGES_MAX = 5000,
    QUESTIONS_MAX = 1000,
    ATTENTION_MAX = 40000,      /* At least one for each alarm, order and incident. */
    NOTES_MAX = 50000,
    FEEDS_MAX = 64,
    OPERATORS_MAX = 200,
    TYPES_MAX = 200,
    DISPOSITIONS_MAX = 100,
    FACILITIES_MAX = 2000,
    HAZARD_KINDS_MAX = 64,
    LAYERS_MAX = 48,
    LAYER_CLASSES_MAX = 400,

    /* An incident keeps its newest notes in the picture; older ones stay in the journal. */
    INCIDENT_NOTES_MAX = 200,
    COMMAND_BYTES_MAX = 2000,   /* 500 characters of UTF-8 (screens.md section 2). */
    COMMAND_UNITS_MAX = 16,
    COMMAND_WORDS_MAX = 24,
    EVENTS_PER_ENTRY_MAX = 20000,       /* A configuration with every table full. */
    /* What falls due at once (a storm's incidents leave, a hub was away for an hour) is decided so
     * many at a time: the rest stays due, and the next tick comes at once. */
    DUE_EVENTS_MAX = 2000,
    ROUTE_POINTS_MAX = 2000,

    /* A person draws with a handful of corners; a zone that holds for weeks is site.conf's or a
     * feed's work, and 50 km is beyond any city. */
    HAZARD_CORNERS_MIN = 3,
    HAZARD_CORNERS_MAX = 16,
    HAZARD_RADIUS_M_MAX = 50000,
    HAZARD_SPAN_D_MAX = 7,
    PLACE_RADIUS_M_MAX = 100000,        /* A telephone mast in the desert. */
    CIRCLE_CORNERS = 24,        /* A circle as a ring: 1 in 115 too small at its flattest. */
    /* Of all closures in one question: the ones furthest from the way are left out, and that is
     * said. A road crew's list is a few dozen. */
    AVOID_POINTS_MAX = 4000,

    INCIDENT_LEAVES_AFTER_H = 72,       /* CONTRACTS section 1. */
    GEOGRAPHY_ANSWER_MS = 2000,         /* CONTRACTS section 2. */
    QUESTION_OPEN_MS = 120000,          /* screens.md section 2, "When it asks". */
};

#endif
