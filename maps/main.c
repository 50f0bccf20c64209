/* main.c - watchdesk-geo: what the command line asks for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "maps/city.h"

static int usage(FILE *out, int code)
{
    fputs("usage: watchdesk-geo --make-city DIR [--seed N] [--segments N]\n"
          "  Writes the sample city PORT MAREN as shapefiles into DIR.\n", out);
    return code;
}

static int city_asked(int count, char **words)
{
    struct city_options options = { .folder = words[0], .seed = 1 };
    char why[256];

    for (int i = 1; i < count; i += 2) {
        char *end = NULL;
        unsigned long long number = i + 1 < count ? strtoull(words[i + 1], &end, 10) : 0;
        if (end == NULL || *end != '\0' || number > UINT32_MAX)
            return usage(stderr, 2);
        if (strcmp(words[i], "--seed") == 0)
            options.seed = number;
        else if (strcmp(words[i], "--segments") == 0)
            options.segments = (uint32_t)number;
        else
            return usage(stderr, 2);
    }
    if (city_make(&options, why, sizeof(why)) == STATUS_OK)
        return 0;
    fprintf(stderr, "watchdesk-geo: %s\n", why);
    return 1;
}

int main(int count, char **words)
{
    if (count == 2 && strcmp(words[1], "--help") == 0)
        return usage(stdout, 0);
    if (count >= 3 && strcmp(words[1], "--make-city") == 0)
        return city_asked(count - 2, words + 2);
    return usage(stderr, 2);
}
