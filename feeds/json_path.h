/* json_path.h - where in a JSON value something stands, as a person writes it in site.conf.
 *
 *     properties.place            a member of a member
 *     lanes[0]  lanes[-1]         an item of a list, counted from 0; -1 is the last
 *     references[].identifier     of every item of a list (of every member, of an object)
 *     sensors[type=door].state    of the first item whose member `type` is door
 *     'CPU.load'.value            a name with . [ ] { } | ' or , in it, in single quotes ('' is ')
 *     .                           the value itself
 *
 * Blanks around a name do not count; those inside do. Pure. */
#ifndef FEEDS_JSON_PATH_H
#define FEEDS_JSON_PATH_H

#include "app/base/json.h"

enum { JSON_PATH_STEPS_MAX = 16 };

struct json_path;                       /* Opaque; lives in the arena it was read into. */

/* False: it is no path; ret_problem gets a clause without a full stop, and *ret_offset where in
 * `text` it is meant. */
bool json_path_read(struct span text, struct arena *arena, const struct json_path **ret_path,
                    const char **ret_problem, size_t *ret_offset);

/* The name, when the path is one name only (as of a column); NULL otherwise. */
const char *json_path_single(const struct json_path *path);

/* What stands there first; NULL for nothing and for null. */
const struct json *json_path_find(const struct json_path *path, const struct json *json);

/* True: the path has [] in it, so several values may stand there. */
bool json_path_is_many(const struct json_path *path);
typedef void json_path_each_fn(void *context, const struct json *found);
/* Tells of all that stands there, in order; nulls are passed over. */
void json_path_each(const struct json_path *path, const struct json *json,
                    json_path_each_fn *each, void *context);

#endif
