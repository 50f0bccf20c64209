/* When the bell is heard: each second of a scene as one letter, T a tone, . none. */
#include "tests/check.h"

#include "app/base/text.h"
#include "panels/sound.h"
#include "tests/sample_room.h"

static struct attention *item_of(struct picture *picture, const char *object)
{
    return (struct attention *)(uintptr_t)picture_called(picture, OBJECT_ATTENTION, object);
}

static void emergency_taken(struct picture *picture)
{
    item_of(picture, "M4")->state = ATTENTION_TAKEN;
}

static void class_2_comes(struct picture *picture)
{
    struct attention *item = item_of(picture, "#45");

    emergency_taken(picture);
    item->level = 2;
    item->raised_ms = ROOM_NOW_MS;
    item->owner[0] = '\0';
}

static void class_2_comes_owned(struct picture *picture)
{
    class_2_comes(picture);
    text_copy(item_of(picture, "#45")->owner, 24, SPAN("ANA"));
}

static void class_3_comes(struct picture *picture)
{
    class_2_comes(picture);
    item_of(picture, "#45")->level = 3;
}

/* Goal: screens.md's table of sounds. Method: the sample room joined, one thing happens, then the
 * seconds are written down. */
static const struct {
    const char *name;
    void (*happens)(struct picture *picture);
    bool quiet;
    const char *heard;
} scenes[] = {
    { "an emergency that nobody takes", NULL, false,
      "TTT.......TTT.......TTT.......TTT......." },
    { "the same while quiet", NULL, true,
      "TTT.......TTT.......TTT.......TTT......." },
    { "it is taken", emergency_taken, false,
      "........................................" },
    { "class 2 without an owner", class_2_comes, false,
      "TT............................TT........" },
    { "class 2 with an owner", class_2_comes_owned, false,
      "TT......................................" },
    { "class 2 while quiet", class_2_comes, true,
      "........................................" },
    { "class 3", class_3_comes, false,
      "T......................................." },
};

static void each_class_has_its_tones(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(scenes); i++) {
        struct picture *picture = sample_room_new(NULL);
        struct sound sound = { .quiet_until_ms = scenes[i].quiet ? INT64_MAX : 0 };
        char heard[64] = "";
        CASE("%s", scenes[i].name);
        sound_joined(&sound, picture);
        if (scenes[i].happens)
            scenes[i].happens(picture);
        for (uint32_t second = 0; second < 40; second++)
            heard[second] = sound_second(&sound, picture, 100000 + second * 1000) ? 'T' : '.';
        assert_string_equal(heard, scenes[i].heard);
        picture_free(picture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_class_has_its_tones) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
