/* sound.h - when the terminal's bell is heard (screens.md section 4, "Meaning, colour and mark").
 *
 *     class 1   3 tones each 10 s until one person takes it
 *     class 2   2 tones once, again each 30 s while nobody owns it
 *     class 3   1 tone once
 *
 * Never more than one tone a second; none for what stood there on joining, but class 1; none in
 * replay. Pure: the caller rings. */
#ifndef PANELS_SOUND_H
#define PANELS_SOUND_H

#include "app/core/picture.h"

struct sound {
    int64_t newest_ms;          /* The latest that was raised and has been announced. */
    int64_t emergency_at_ms, unowned_at_ms;     /* Announced last: the console's own clock. */
    int64_t quiet_until_ms;     /* Class 2 to 5 are quiet until then: the console's own clock. */
    uint32_t tones_left;
};

/* What stands now is not news. */
void sound_joined(struct sound *sound, const struct picture *picture);
/* Once a second: is a tone due now? `clock_ms` is any clock that does not jump. */
bool sound_second(struct sound *sound, const struct picture *picture, int64_t clock_ms);

#endif
