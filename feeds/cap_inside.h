/* cap_inside.h - what the files of the cap adapter share.
 *
 *   cap.c           the row's functions, the settings
 *   inbox.c         a file or a folder  --+
 *   cap_web.c       an address          --+--> cap_document.c: alerts, indexes, entries
 *   cap_memory.c    what outlives a restart            |
 *                                    cap_alert.c (one message), cap_chains.c (what it does) */
#ifndef FEEDS_CAP_INSIDE_H
#define FEEDS_CAP_INSIDE_H

#include "feeds/adapters.h"
#include "feeds/cap_chains.h"
#include "feeds/cap_codes.h"
#include "feeds/syndication.h"

enum {
    CAP_ALERT_BYTES_MAX = 1024 * 1024,              /* Of one message. */
    CAP_DOCUMENT_BYTES_MAX = 8 * 1024 * 1024,       /* Of an index, or a file of several. */
};

struct cap {
    struct cap_chains *chains;
    struct cap_codes *codes;
    struct arena *document;         /* One document's tree and what is read from it. */
    struct arena *message;          /* One message's reports. */
    bool zoned;
    struct zone zone;               /* Of an index's times; when `zoned`. */
    struct inbox *inbox;            /* NULL: an address. */
    struct cap_web *web;            /* NULL: none. */
    struct buffer place;            /* How far the folder has been read: the inbox's cursor. */
    struct cap_memory *memory;
    bool quiet;                     /* What is read now was reported by an earlier process. */
    uint32_t passed;                /* Entries of the last index that say nothing for us. */
};

/* ---- cap_document.c ---- */

/* Where a document came from. */
struct cap_origin {
    const char *url;                /* "" for a file. */
    bool linked;                    /* From an index: it must be an alert itself. */
};

/* Takes one document. False: it is none of the kinds we read, and has been refused. */
bool cap_document_take(struct feed *feed, struct span document, const struct cap_origin *origin);
/* Takes all that stand one after the other; with the last, the inbox has been read up to `place`.
 * */
void cap_documents_take(struct feed *feed, struct span bytes, struct span place);

/* ---- cap_web.c ---- */

/* NULL: the log says what is wrong with the settings. */
struct cap_web *cap_web_new(struct feed *feed, const struct json *cursor);
void cap_web_free(struct cap_web *web);
/* Asks what is due; returns when the next is. */
int64_t cap_web_now(struct feed *feed, struct cap_web *web);
/* An entry of an index leads to an alert. `key` names the entry in this form. */
void cap_web_fetch(struct feed *feed, struct cap_web *web, const char *base, const char *link,
                   const char *key);
/* The validators, as the member "http", when nothing of the index is still to be fetched. */
void cap_web_write(const struct cap_web *web, struct buffer *out);

/* ---- cap_memory.c ---- */

/* Reads what an earlier process of this feed left, when the hub's journal goes on from there.
 * *ret_left is then all of it, for the caller to free; else NULL. */
struct cap_memory *cap_memory_open(struct feed *feed, struct cap_chains *chains,
                                   struct json **ret_left);
void cap_memory_free(struct cap_memory *memory);
/* The cursor of a report that changes what is remembered; nothing when there is nothing to keep. */
void cap_memory_cursor(struct feed *feed, struct buffer *out);
void cap_memory_changed(struct feed *feed);
/* Saves, once all that was said is durable; `kept` is the hub's count, or -1 for the last one. */
void cap_memory_save(struct feed *feed, int64_t kept);

#endif
