/* city.h - the sample city: PORT MAREN, made from a seed.
 *
 * A harbour on an east coast, the river Ains through it, and the country around: everything that a
 * command centre needs of a city, as shapefiles, so that no test and no demonstration depends on
 * somebody else's data. The same options give the same bytes. Nothing here exists anywhere.
 *
 * How it comes about, one file a step:
 *   city_plan     coast, river, harbour, towns: numbers and curves only
 *   city_lay      the streets that are laid by hand: quay, avenues, rings, roads between towns
 *   city_field    which way a street would run at each spot, learnt from what was laid
 *   city_streets  collectors and streets, grown along that field at the right distances
 *   city_graph    crossings, segments, one-way streets that leave nobody behind
 *   city_names, city_addresses, city_zones, city_places, city_write */
#ifndef MAPS_CITY_H
#define MAPS_CITY_H

#include "app/base/base.h"

enum { CITY_SEGMENTS = 20000, CITY_SEGMENTS_MIN = 2000, CITY_SEGMENTS_MAX = 1000000 };

struct city_options {
    const char *folder;         /* Where the shapefiles go; made when absent. */
    uint64_t seed;
    uint32_t segments;          /* Wanted; 0 means CITY_SEGMENTS. Met within a tenth. */
};

/* Writes the layers into options->folder, replacing those of an earlier run:
 *   streets    NAME CLASS SPEED ONEWAY LFROM LTO RFROM RTO FNODE TNODE ZONE, one line a segment,
 *              drawn from FNODE to TNODE. CLASS is motorway, arterial, collector, residential or
 *              service; SPEED is km/h; ONEWAY is B (both), FT or TF. House numbers rise from FNODE
 *              to TNODE, odd on the left, even on the right; 0 where nobody lives: motorways,
 *              bridges
 *   water      NAME KIND: sea, river, lake
 *   coast      NAME
 *   parks      NAME
 *   built      KIND: town, centre, port, industry
 *   zones      NAME KIND (land, water) FIREDIST POLDIST
 *   bridges    NAME
 *   rail       NAME
 *   hydrants   ID FLOW_LPM
 *   stations   CODE NAME KIND (fire, police, ambulance) ADDRESS
 *   hospitals  CODE NAME ADDRESS
 *   landmarks  NAME KIND ADDRESS
 * Errors: STATUS_REFUSED (segments outside the limits), STATUS_IO, with a sentence in `why`. */
enum status city_make(const struct city_options *options, char *why, size_t why_bytes);

#endif
