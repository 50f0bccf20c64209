/* biometric.h - does this message carry what a body is known by: a face, a finger, an iris, a
 * voice, a gait? Such identifiers are refused at the border whatever the trust (DESIGN section 7).
 *
 * Decided by the names of members at any depth, split into words: "faceTemplate", "face-template"
 * and "FACE_TEMPLATE" are the same two. Where a member says what kind of thing its neighbours are
 * (its last word is type, kind, modality, class, method or category), its value is read as a name
 * too.
 *
 *   word                                     refused
 *   biometric, fingerprint, minutiae, iris,  always
 *   retina, voiceprint, faceprint, palmprint,
 *   gait, dna, facial, and their plurals
 *   face, faces                              as the whole name, or beside a word of either list
 *   finger, palm, vein, voice, hand, eye     beside a word of the first list
 *   first list: template, embedding, vector, encoding, print, recognition, descriptor, geometry,
 *               features, signature, match, scan, and their like
 *   second:     id, ids, identifier, person, subject, suspect, driver, plate, plates, hash, crop
 *   never, beside: sha, sha1, sha256, md5, tls, ssl, ssh, cert, certificate, key, alert, browser:
 *               a fingerprint there is a checksum
 *
 * So a slope's "face" must be called its aspect, and an alert's bare "fingerprint" its id. Pure. */
#ifndef APP_BASE_BIOMETRIC_H
#define APP_BASE_BIOMETRIC_H

#include "app/base/json.h"

enum { BIOMETRIC_NAME_BYTES = 64 };     /* Longer names are looked at so far. */

/* Is `name`, a member's, the name of a biometric identifier? */
bool biometric_name(struct span name);
/* Is there such a member anywhere in `json`? Writes its name, cleaned, to `ret_name`. */
bool biometric_json(const struct json *json, char ret_name[BIOMETRIC_NAME_BYTES]);
/* The same of bytes in any form: a name with ":", "=" or ">" behind it, quoted or not. */
bool biometric_bytes(struct span bytes, char ret_name[BIOMETRIC_NAME_BYTES]);

#endif
