/* view.h - everything a console shows that is not the picture: who looks, what is selected, what is
 * being typed, what was answered, where the map stands.
 *
 * Panels draw from (picture, view) alone: `now_ms` is hub time, and nothing below the terminal and
 * the link reads a clock. Only control.c (what a person does) and the functions here (what arrives)
 * change a view. A selection is an object, never a row: lists may move under it. */
#ifndef PANELS_VIEW_H
#define PANELS_VIEW_H

#include "app/core/command.h"
#include "maps/map.h"
#include "panels/feeds_told.h"
#include "panels/hand.h"
#include "panels/looks.h"
#include "panels/palette.h"
#include "panels/sound.h"
#include "panels/trails.h"

enum {
    VIEW_RESULTS_MAX = 2,
    VIEW_LOG_MAX = 1000,            /* Rows kept for F6; older ones are the journal's. */
    VIEW_MENU_MAX = 64,
    ATTENTION_SORTED_MAX = 300,     /* The head of the queue; the count says how long it is. */
    RESULT_OK_FADES_MS = 10000,     /* screens.md section 2. */
    UNITS_SORTED_EACH_MS = 5000,    /* screens.md section 4. */
};

/* Which part of the desk has the space between the top two rows and the bottom. */
enum page { PAGE_DESK, PAGE_MAP, PAGE_LISTS, PAGE_UNITS, PAGE_LOG };
/* What lies over it; never over row 2. */
enum overlay { OVERLAY_NONE, OVERLAY_HELP, OVERLAY_ANSWER, OVERLAY_FEEDS };
/* Who has the keys. All but the line's belong to the map, and the prompt names them. */
enum focus { FOCUS_LINE, FOCUS_MAP, FOCUS_MARK, FOCUS_JUMP, FOCUS_DRAW, FOCUS_MEASURE,
             FOCUS_LAYERS, FOCUS_COUNT };
enum view_link { VIEW_JOINING, VIEW_LIVE, VIEW_LOST };

struct view_result {
    char word[12];                  /* "OK", "PART", ..., "QUEUED"; "" for an empty row. */
    int64_t at_ms;                  /* Hub time. */
    int64_t shown_ms;               /* The console's own clock: when an OK fades. */
    uint64_t sequence;
    uint64_t ref;                   /* Of the command that waits for it; 0 when answered. */
    char typed[COMMAND_BYTES_MAX + 1];
    char text[1024];
};

struct view_log_line {
    int64_t at_ms;
    uint64_t sequence;
    char source[24];
    char text[320];
};

struct view_menu_item {
    char text[120], about[80];
};
struct view_menu {                  /* Tab's candidates; open only after Tab. */
    struct view_menu_item items[VIEW_MENU_MAX];
    uint32_t count, chosen;         /* chosen == count: none yet. */
    uint32_t start;                 /* Where the replaced word starts. */
    bool open;
};

/* Notes of an incident are unread until somebody has looked at it here. */
struct view_read {
    uint32_t incident, last_note;
};

struct view_order {                 /* A list's order, kept while it must not move. */
    struct object_name *names;
    uint32_t count, capacity;
    int64_t sorted_ms;
};

struct view {
    uint16_t rows, columns;
    bool ascii, mono;
    /* ---- told by the hub ---- */
    char site_id[16], site_name[60], mode[12], exercise[60];
    char operator_name[24], role_word[16];
    enum operator_role role;
    bool read_only;
    enum view_link link;
    int64_t lost_for_ms;            /* Since the last word from the hub, while VIEW_LOST. */
    int64_t now_ms;                 /* Hub time. */
    int64_t clock_ms;               /* The console's own clock, for what fades. */
    double speed;
    uint32_t consoles;
    bool journal_failing;
    struct feeds_told feeds;
    /* ---- what the person did ---- */
    enum page page;
    enum overlay overlay;
    uint32_t overlay_first;         /* First row shown of it. */
    enum focus focus;
    struct object_name selected;    /* key "" and number 0: nothing. */
    struct object_name before;      /* Selected before ^N: Esc goes back there. */
    bool walking;                   /* ^N was pressed: the queue stands still. */
    bool quit_asked;                /* `quit` was said once while owning something. */
    bool blink;                     /* Symbols that blink are showing. */
    bool blink_off;                 /* `set blink off`. */
    enum palette_name palette;      /* `set palette day`. */
    enum map_mode map_mode;         /* `set map block`; an ASCII terminal shows ASCII. */
    struct sound sound;
    struct typed_line line;
    struct drawn drawn;
    struct view_menu menu;
    uint32_t suggestion_at;         /* Which one Tab would take. */
    struct view_result results[VIEW_RESULTS_MAX];       /* Newest last. */
    uint32_t ref_last;
    /* ---- lists ---- */
    struct view_order units, attention;
    uint32_t attention_total;       /* More than the list holds, in a flood. */
    uint32_t attention_arrived;     /* Since somebody began to walk the queue. */
    uint32_t log_first, units_first;    /* Scrolled to, with PgUp and PgDn. */
    struct view_log_line *log;      /* A ring of VIEW_LOG_MAX. */
    uint32_t log_count;             /* Of all ever. */
    struct view_read *read;
    uint32_t read_count, read_capacity;
    uint32_t notes_at_join;         /* Notes up to here were there before this console. */
    uint32_t looked_from;           /* Notes after it are new in the selected incident. */
    /* ---- the answer to a question: `show`, `why` ---- */
    char answer_title[80];
    char **answer_lines;
    uint32_t answer_count, answer_capacity;
    /* ---- map ---- */
    struct map *map;                /* NULL while it is being read. */
    char map_state[120];            /* "loading 3 of 9", or what is missing. */
    struct map_view map_view;
    bool map_placed;                /* map_view has been set. */
    struct map_view map_home;       /* What it was set to by itself: nobody moved it since. */
    bool map_locked, map_follow;
    struct trails trails;
    bool trails_all;                /* `set trails on`. */
    uint16_t map_rows, map_columns; /* Of the map as last laid out. */
    struct hand hand;
    struct looks looks;
};

void view_init(struct view *view);
void view_clear(struct view *view);

/* ---- what arrives ---- */

/* The picture was replaced by a dump: what stands in it counts as read. */
void view_joined(struct view *view, const struct picture *picture);
/* Puts the sentences of an entry's events into the log. */
void view_log_entry(struct view *view, const struct entry_head *head,
                    const struct event_list *events);
void view_log_add(struct view *view, int64_t at_ms, uint64_t sequence, const char *source,
                  const char *text);
const struct view_log_line *view_log_line(const struct view *view, uint32_t back);  /* 0: newest. */
uint32_t view_log_kept(const struct view *view);

/* A row for a command that was sent (ref) or answered at once (ref 0). */
struct view_result *view_result_add(struct view *view, const char *word, const char *typed,
                                    const char *text);
/* The answer to `ref`: fills the row that waits for it, or makes one. */
void view_result_set(struct view *view, uint64_t ref, const char *word, uint64_t sequence,
                     const char *text);

void view_answer_start(struct view *view, const char *title);
void view_answer_line(struct view *view, const char *text);

/* Before a frame: lists are sorted again where they may move, an OK that has faded goes. */
void view_refresh(struct view *view, const struct picture *picture);

/* ---- what is looked at ---- */
bool view_selects(const struct view *view);
void view_select(struct view *view, const struct picture *picture, struct object_name name);
void view_unselect(struct view *view, const struct picture *picture);

enum view_relation { VIEW_OTHER, VIEW_SELECTED, VIEW_RELATED };
/* How an object's row stands to the selection: `>`, `:` or nothing. */
enum view_relation view_relation(const struct view *view, const struct picture *picture,
                                 const struct object_name *name);
/* The incident an object belongs to; 0 for none. */
uint32_t object_incident(const struct picture *picture, const struct object_name *name);
struct geo_point object_location(const struct picture *picture, const struct object_name *name);
bool object_name_same(const struct object_name *left, const struct object_name *right);

/* A unit whose order nobody has answered for longer than site.conf allows. */
bool view_unanswered(const struct view *view, const struct picture *picture,
                     const struct unit *unit);

uint32_t view_unread(const struct view *view, const struct picture *picture, uint32_t incident);
bool view_note_unread(const struct view *view, const struct note *note);

#endif
