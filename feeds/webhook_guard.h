/* webhook_guard.h - who may post to a webhook, by the feed's settings and secrets: a bearer token
 * (RFC 6750), a signature of the body, a path. Certificates are judged before (tls.h). */
#ifndef FEEDS_WEBHOOK_GUARD_H
#define FEEDS_WEBHOOK_GUARD_H

#include "feeds/feed.h"
#include "feeds/http_request.h"

/* False, and the log says so: anybody could post, and the settings do not say open=yes. */
bool webhook_guarded(const struct feed *feed);

/* What can be said before the body has come: 0, or a status and its sentence. */
int webhook_head_judge(const struct feed *feed, const struct http_request *request,
                       const char **ret_sentence);

/* The header that carries the signature, and whether it is that of the body. */
const char *webhook_signature_header(const struct feed *feed);
bool webhook_body_signed(const struct feed *feed, const struct http_request *request);

#endif
