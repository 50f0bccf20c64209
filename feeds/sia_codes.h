/* sia_codes.h - the two-letter event codes of SIA DC-07 and DC-03, which SIA-DCS carries.
 *
 * Most codes are a family (B burglary, F fire ...) and a verb (A alarm, R restoral, H alarm
 * restoral, T trouble ...); the others stand in a table of their own, which goes before. Pure. */
#ifndef FEEDS_SIA_CODES_H
#define FEEDS_SIA_CODES_H

#include "app/base/span.h"
#include "feeds/panel_code.h"

/* `code` is two capital letters. One that nobody knows keeps its own name as its condition, "SIA
 * XY", and rings as a moment: it is never dropped, and never stands for ever. */
void sia_code_find(struct span code, struct panel_meaning *ret_meaning);

#endif
