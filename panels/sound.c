#include "panels/sound.h"

enum { EMERGENCY_EACH_MS = 10000, UNOWNED_EACH_MS = 30000 };

/* Tones for a class, when it is new. */
static const uint32_t tones[] = { 0, 3, 2, 1, 0, 0 };

static uint32_t item_class(const struct attention *item)
{
    return item->level < ARRAY_COUNT(tones) ? item->level : 0;
}

void sound_joined(struct sound *sound, const struct picture *picture)
{
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_ATTENTION); i++) {
        const struct attention *item = picture_row(picture, OBJECT_ATTENTION, i);
        if (item->raised_ms > sound->newest_ms)
            sound->newest_ms = item->raised_ms;
    }
}

/* What the queue asks for; the loudest of it is enough. */
struct heard {
    bool emergency, unowned;
    uint32_t newest_tones;
    int64_t newest_ms;
};

static struct heard hear(const struct sound *sound, const struct picture *picture)
{
    struct heard heard = { .newest_ms = sound->newest_ms };

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_ATTENTION); i++) {
        const struct attention *item = picture_row(picture, OBJECT_ATTENTION, i);
        if (item->state != ATTENTION_OPEN)
            continue;
        uint32_t class_tones = tones[item_class(item)];
        heard.emergency = heard.emergency || item->level == 1;
        heard.unowned = heard.unowned || (item->level == 2 && !item->owner[0]);
        if (item->raised_ms > sound->newest_ms && class_tones > heard.newest_tones)
            heard.newest_tones = class_tones;
        if (item->raised_ms > heard.newest_ms)
            heard.newest_ms = item->raised_ms;
    }
    return heard;
}

bool sound_second(struct sound *sound, const struct picture *picture, int64_t clock_ms)
{
    struct heard heard = hear(sound, picture);
    bool quiet = clock_ms < sound->quiet_until_ms;
    uint32_t wanted = quiet ? 0 : heard.newest_tones;

    if (!quiet && heard.unowned && clock_ms - sound->unowned_at_ms >= UNOWNED_EACH_MS
        && wanted < tones[2])
        wanted = sound->unowned_at_ms ? tones[2] : 0;
    if (!heard.unowned || wanted > 0 || sound->unowned_at_ms == 0)
        sound->unowned_at_ms = clock_ms;
    if (heard.emergency && clock_ms - sound->emergency_at_ms >= EMERGENCY_EACH_MS) {
        wanted = tones[1];
        sound->emergency_at_ms = clock_ms;
    }
    sound->newest_ms = heard.newest_ms;
    if (wanted > sound->tones_left)
        sound->tones_left = wanted;
    if (sound->tones_left == 0)
        return false;
    sound->tones_left--;
    return true;
}
