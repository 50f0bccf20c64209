#include "maps/layer_file.h"

#include <errno.h>
#include <string.h>

#include "maps/layer_detail.h"

/* The file, every piece at a multiple of 8:
 *
 *     header | identity | warning | names' text | feature_run | records | names | boxes
 *     | block boxes | detail 0: run_first, points | detail n: run_first, points | ...
 *
 * Its pieces follow from the counts in the header, so there are no offsets to lie. Rules of what is
 * read, beyond that the pieces fill the file exactly and the checksum is right:
 * 1. Runs and points are counted upwards from 0 to the last; a feature of lines or points has just
 *    one run, and in detail 0 every run has a point.
 * 2. A feature's box holds its points, in a detail to half a square; a block's holds its boxes.
 * 3. Every name begins inside the names' text, which ends it. */
enum { FORMAT = 1, WORD_BYTES = 8, SUMMED_AT_ONCE = 1 << 20 };

struct header {
    char magic[8];
    uint32_t byte_order, format, sizes, kind;
    uint64_t file_bytes, checksum;      /* Of the header with checksum 0, and all behind it. */
    uint32_t identity_bytes, warning_bytes, name_bytes;         /* With their NUL. */
    uint32_t feature_count, run_count, record_count, class_count;
    uint32_t class_ends[LAYER_CLASSES];
    uint32_t point_counts[LAYER_DETAILS];
    uint8_t detail_of[LAYER_DETAILS];
    struct geo_box bounds;
};
_Static_assert(sizeof(struct header) % WORD_BYTES == 0, "the first piece begins at a word");

static const struct header head_of_ours = {
    .magic = "WDLAYER", .byte_order = 0x01020304, .format = FORMAT,
    .sizes = sizeof(struct header) << 16 | sizeof(struct plane_box) << 8
             | sizeof(struct plane_point),
};

static bool is_had(const uint8_t *detail_of, uint32_t detail)
{
    return detail == 0 || detail_of[detail] == detail;
}

/* ---- Checksum ------------------------------------------------------------------------------ */

/* Four sums that do not wait for each other: as fast as memory. It finds a damaged file, not a
 * forged one; against that stand the file's owner and the rules above. */
struct checksum {
    uint64_t lanes[4];
    uint64_t words;
};

static uint64_t mixed(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * 0x9E3779B97F4A7C15u;
    return sum ^ sum >> 29;
}

static uint64_t word_at(const unsigned char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    return word;
}

/* `byte_count` is a multiple of a word. */
static void checksum_add(struct checksum *sum, const void *bytes, size_t byte_count)
{
    const unsigned char *at = bytes, *end = at + byte_count;

    for (; at < end && sum->words % 4; at += WORD_BYTES, sum->words++)
        sum->lanes[sum->words % 4] = mixed(sum->lanes[sum->words % 4], word_at(at));
    for (; end - at >= 4 * WORD_BYTES; at += 4 * WORD_BYTES, sum->words += 4)
        for (size_t lane = 0; lane < 4; lane++)
            sum->lanes[lane] = mixed(sum->lanes[lane], word_at(at + lane * WORD_BYTES));
    for (; at < end; at += WORD_BYTES, sum->words++)
        sum->lanes[sum->words % 4] = mixed(sum->lanes[sum->words % 4], word_at(at));
}

static uint64_t checksum_end(const struct checksum *sum, const struct header *header)
{
    struct checksum whole = *sum;
    struct header unsummed = *header;

    unsummed.checksum = 0;
    checksum_add(&whole, &unsummed, sizeof unsummed);
    return mixed(mixed(whole.lanes[0], whole.lanes[1]), mixed(whole.lanes[2], whole.lanes[3]));
}

/* ---- Writing ------------------------------------------------------------------------------- */

struct writing {
    FILE *file;
    struct checksum sum;
    uint64_t bytes;
    struct header header;
    struct watch *watch;
};

static enum status failure(void)
{
    return errno == ENOSPC || errno == EDQUOT ? STATUS_FULL : STATUS_IO;
}

/* One piece and the zeros up to the next word. */
static enum status piece_write(struct writing *writing, const void *bytes, size_t byte_count)
{
    static const unsigned char zeros[WORD_BYTES] = { 0 };
    unsigned char last[WORD_BYTES] = { 0 };
    size_t whole = byte_count / WORD_BYTES * WORD_BYTES, rest = byte_count - whole;
    size_t padding = rest ? WORD_BYTES - rest : 0;

    checksum_add(&writing->sum, bytes, whole);
    if (rest) {
        memcpy(last, (const char *)bytes + whole, rest);
        checksum_add(&writing->sum, last, WORD_BYTES);
    }
    writing->bytes += byte_count + padding;
    if (fwrite(bytes, 1, byte_count, writing->file) != byte_count
        || fwrite(zeros, 1, padding, writing->file) != padding)
        return failure();
    return STATUS_OK;
}

static enum status pieces_write(struct writing *writing, const struct layer *layer,
                                const struct layer_notes *notes)
{
    const struct header *header = &writing->header;
    size_t features = layer->feature_count;
    const struct { const void *bytes; size_t count; } pieces[] = {
        { notes->identity, header->identity_bytes },
        { notes->warning, header->warning_bytes },
        { layer->name_text, header->name_bytes },
        { layer->feature_run, (features + 1) * sizeof *layer->feature_run },
        { layer->records, features * sizeof *layer->records },
        { layer->names, features * sizeof *layer->names },
        { layer->boxes, features * sizeof *layer->boxes },
        { layer->block_boxes, layer_block_count(layer) * sizeof *layer->block_boxes },
    };
    enum status status = STATUS_OK;

    for (size_t i = 0; i < ARRAY_COUNT(pieces) && status == STATUS_OK; i++)
        status = piece_write(writing, pieces[i].bytes, pieces[i].count);
    return status;
}

static enum status detail_write(struct writing *writing, const struct layer *layer, uint32_t level)
{
    struct layer_detail detail = level ? layer_detail_make(layer, level, NULL) : layer->details[0];
    uint32_t points = detail.run_first[layer->run_count];

    writing->header.point_counts[level] = points;
    enum status status = piece_write(writing, detail.run_first,
                                     ((size_t)layer->run_count + 1) * sizeof *detail.run_first);
    if (status == STATUS_OK)
        status = piece_write(writing, detail.points, points * sizeof *detail.points);
    if (level) {
        base_free((void *)detail.points);
        base_free((void *)detail.run_first);
    }
    return status;
}

static enum status details_write(struct writing *writing, const struct layer *layer)
{
    enum status status = STATUS_OK;

    for (uint32_t level = 0; level < LAYER_DETAILS && status == STATUS_OK; level++) {
        if (!watch_go_on(writing->watch, level, LAYER_DETAILS))
            return STATUS_REFUSED;
        if (is_had(layer->detail_of, level))
            status = detail_write(writing, layer, level);
    }
    return status;
}

/* The header comes last: it counts what was written behind it. */
static enum status header_write(struct writing *writing, long start)
{
    struct header *header = &writing->header;

    header->file_bytes = sizeof *header + writing->bytes;
    header->checksum = checksum_end(&writing->sum, header);
    if (fseek(writing->file, start, SEEK_SET) != 0
        || fwrite(header, sizeof *header, 1, writing->file) != 1 || fflush(writing->file) != 0)
        return failure();
    return STATUS_OK;
}

static void header_fill(struct header *header, const struct layer *layer,
                        const struct layer_notes *notes)
{
    *header = head_of_ours;
    header->kind = layer->kind;
    header->identity_bytes = (uint32_t)strlen(notes->identity) + 1;
    header->warning_bytes = (uint32_t)strlen(notes->warning) + 1;
    header->name_bytes = layer->name_bytes;
    header->feature_count = layer->feature_count;
    header->run_count = layer->run_count;
    header->record_count = layer->record_count;
    header->class_count = layer->class_count;
    for (uint32_t c = 0; c < layer->class_count; c++)
        header->class_ends[c] = layer->classes[c].feature_end;
    memcpy(header->detail_of, layer->detail_of, sizeof header->detail_of);
    header->bounds = layer->bounds;
}

enum status layer_file_write(const struct layer *layer, const struct layer_notes *notes,
                             struct watch *watch, FILE *file)
{
    struct writing writing = { .file = file, .watch = watch };
    long start = ftell(file);

    header_fill(&writing.header, layer, notes);
    if (start < 0 || fwrite(&writing.header, sizeof writing.header, 1, file) != 1)
        return failure();
    enum status status = pieces_write(&writing, layer, notes);
    if (status == STATUS_OK)
        status = details_write(&writing, layer);
    return status == STATUS_OK ? header_write(&writing, start) : status;
}

/* ---- Reading ------------------------------------------------------------------------------- */

struct reading {
    const unsigned char *bytes;
    size_t byte_count;
    uint64_t at;
    struct header header;
    const char *identity, *warning;
    struct layer *layer;
    layer_file_passed_fn *passed;       /* NULL: nobody asked. */
    void *context;
};

/* Takes `count` items off the file; NULL when they are not there. */
static const void *piece_take(struct reading *reading, uint64_t count, size_t size)
{
    uint64_t left = reading->byte_count - reading->at;
    const void *piece = reading->bytes + reading->at;

    if (count > left / size)
        return NULL;
    reading->at += (count * size + WORD_BYTES - 1) / WORD_BYTES * WORD_BYTES;
    return reading->at <= reading->byte_count ? piece : NULL;
}

static const char *text_take(struct reading *reading, uint32_t bytes)
{
    const char *text = piece_take(reading, bytes, 1);

    return text && bytes && text[bytes - 1] == '\0' ? text : NULL;
}

static bool header_take(struct reading *reading)
{
    struct header *header = &reading->header;
    const void *bytes = piece_take(reading, 1, sizeof *header);

    if (!bytes)
        return false;
    memcpy(header, bytes, sizeof *header);
    return memcmp(header->magic, head_of_ours.magic, sizeof header->magic) == 0
           && header->byte_order == head_of_ours.byte_order && header->format == FORMAT
           && header->sizes == head_of_ours.sizes && header->file_bytes == reading->byte_count
           && header->kind <= SHAPE_POLYGONS && header->class_count <= LAYER_CLASSES;
}

void layer_file_seal(void *bytes, size_t byte_count)
{
    struct checksum sum = { .words = 0 };
    struct header header;

    if (byte_count < sizeof header || byte_count % WORD_BYTES)
        return;
    memcpy(&header, bytes, sizeof header);
    header.file_bytes = byte_count;
    checksum_add(&sum, (const char *)bytes + sizeof header, byte_count - sizeof header);
    header.checksum = checksum_end(&sum, &header);
    memcpy(bytes, &header, sizeof header);
}

static bool checksum_is_right(const struct reading *reading)
{
    struct checksum sum = { .words = 0 };
    size_t behind = reading->byte_count - sizeof reading->header;

    if (behind % WORD_BYTES)
        return false;
    for (size_t at = 0; at < behind; at += SUMMED_AT_ONCE) {
        size_t count = behind - at < SUMMED_AT_ONCE ? behind - at : SUMMED_AT_ONCE;
        checksum_add(&sum, reading->bytes + sizeof reading->header + at, count);
        if (reading->passed)
            reading->passed(reading->context, sizeof reading->header + at + count);
    }
    return checksum_end(&sum, &reading->header) == reading->header.checksum;
}

static bool details_take(struct reading *reading)
{
    const struct header *header = &reading->header;

    for (uint32_t level = 0; level < LAYER_DETAILS; level++) {
        struct layer_detail *detail = &reading->layer->details[level];
        if (!is_had(header->detail_of, level))
            continue;
        detail->run_first = piece_take(reading, (uint64_t)header->run_count + 1,
                                       sizeof *detail->run_first);
        detail->points = piece_take(reading, header->point_counts[level], sizeof *detail->points);
        detail->made = true;
        if (!detail->run_first || !detail->points)
            return false;
    }
    return reading->at == reading->byte_count;
}

static bool pieces_take(struct reading *reading)
{
    const struct header *header = &reading->header;
    struct layer *layer = reading->layer;
    uint64_t features = header->feature_count;

    layer->kind = (enum shape_kind)header->kind;
    layer->feature_count = header->feature_count;
    layer->run_count = header->run_count;
    layer->record_count = header->record_count;
    layer->name_bytes = header->name_bytes;
    layer->bounds = header->bounds;
    memcpy(layer->detail_of, header->detail_of, sizeof layer->detail_of);
    reading->identity = text_take(reading, header->identity_bytes);
    reading->warning = text_take(reading, header->warning_bytes);
    layer->name_text = text_take(reading, header->name_bytes);
    layer->feature_run = piece_take(reading, features + 1, sizeof *layer->feature_run);
    layer->records = piece_take(reading, features, sizeof *layer->records);
    layer->names = piece_take(reading, features, sizeof *layer->names);
    layer->boxes = piece_take(reading, features, sizeof *layer->boxes);
    layer->block_boxes = piece_take(reading, layer_block_count(layer), sizeof *layer->block_boxes);
    return reading->identity && reading->warning && layer->name_text && layer->feature_run
           && layer->records && layer->names && layer->boxes && layer->block_boxes
           && details_take(reading);
}

/* ---- Checking ------------------------------------------------------------------------------ */

/* Rule 1: `count` + 1 numbers from 0 up to `last`, none smaller than the one before. */
static bool counts_up(const uint32_t *numbers, uint32_t count, uint32_t last)
{
    bool falls = false;

    for (uint32_t i = 0; i < count; i++)
        falls |= numbers[i + 1] < numbers[i];
    return !falls && numbers[0] == 0 && numbers[count] == last;
}

static bool runs_are_sane(const struct reading *reading)
{
    const struct layer *layer = reading->layer;
    const uint32_t *first = layer->details[0].run_first;

    if (!counts_up(layer->feature_run, layer->feature_count, layer->run_count))
        return false;
    for (uint32_t f = 0; f < layer->feature_count && layer->kind != SHAPE_POLYGONS; f++)
        if (layer->feature_run[f] != f)
            return false;
    for (uint32_t level = 0; level < LAYER_DETAILS; level++)
        if (layer->details[level].made
            && !counts_up(layer->details[level].run_first, layer->run_count,
                          reading->header.point_counts[level]))
            return false;
    for (uint32_t r = 0; r < layer->run_count; r++)
        if (first[r + 1] == first[r])
            return false;
    return layer->kind == SHAPE_POLYGONS || layer->run_count == layer->feature_count;
}

static bool details_are_sane(const struct layer *layer)
{
    for (uint32_t level = 0; level < LAYER_DETAILS; level++) {
        uint32_t had = layer->detail_of[level];
        if (had > level || !layer->details[had].made)
            return false;
    }
    return true;
}

static bool holds(const struct plane_box *box, int64_t low_x, int64_t low_y, int64_t high_x,
                  int64_t high_y, int64_t slack)
{
    return low_x >= box->low.x - slack && low_y >= box->low.y - slack
           && high_x <= box->high.x + slack && high_y <= box->high.y + slack;
}

/* Rule 2, of one detail of one feature. */
static bool points_are_inside(const struct layer *layer, uint32_t feature, uint32_t level)
{
    const struct layer_detail *detail = &layer->details[level];
    uint32_t first = detail->run_first[layer->feature_run[feature]];
    uint32_t end = detail->run_first[layer->feature_run[feature + 1]];
    int32_t low_x = INT32_MAX, low_y = INT32_MAX, high_x = INT32_MIN, high_y = INT32_MIN;
    int64_t slack = level ? (int64_t)1 << (level - 1) : 0;

    for (uint32_t i = first; i < end; i++) {
        struct plane_point point = detail->points[i];
        low_x = point.x < low_x ? point.x : low_x;
        low_y = point.y < low_y ? point.y : low_y;
        high_x = point.x > high_x ? point.x : high_x;
        high_y = point.y > high_y ? point.y : high_y;
    }
    return first == end || holds(&layer->boxes[feature], low_x, low_y, high_x, high_y, slack);
}

static bool boxes_are_sane(const struct reading *reading)
{
    const struct layer *layer = reading->layer;

    for (uint32_t f = 0; f < layer->feature_count; f++) {
        const struct plane_box *box = &layer->boxes[f];
        if (box->low.x > box->high.x || box->low.y > box->high.y
            || !holds(&layer->block_boxes[f / LAYER_BLOCK_FEATURES], box->low.x, box->low.y,
                      box->high.x, box->high.y, 0))
            return false;
    }
    for (uint32_t level = 0; level < LAYER_DETAILS; level++) {
        for (uint32_t f = 0; f < layer->feature_count && layer->details[level].made; f++)
            if (!points_are_inside(layer, f, level))
                return false;
        if (reading->passed && layer->details[level].made)
            reading->passed(reading->context, reading->byte_count);
    }
    return true;
}

/* Rule 3, and that every feature is some record's. */
static bool names_are_sane(const struct layer *layer)
{
    for (uint32_t f = 0; f < layer->feature_count; f++)
        if (layer->names[f] >= layer->name_bytes || layer->records[f] >= layer->record_count)
            return false;
    return layer->name_text[0] == '\0';
}

static bool bounds_are_sane(const struct layer *layer)
{
    const struct geo_box *bounds = &layer->bounds;
    bool none = !geo_known(bounds->low) && !geo_known(bounds->high);

    return none || (geo_known(bounds->low) && geo_known(bounds->high)
                    && bounds->low.lat_deg <= bounds->high.lat_deg
                    && bounds->low.lon_deg <= bounds->high.lon_deg);
}

static bool classes_take(struct reading *reading)
{
    struct layer *layer = reading->layer;
    uint32_t places[LAYER_CLASSES], first = 0;

    layer->class_count = layer->style.class_count + 1;
    if (reading->header.class_count != layer->class_count)
        return false;
    layer_classes_order(&layer->style, layer->classes, places);
    for (uint32_t c = 0; c < layer->class_count; c++) {
        uint32_t end = reading->header.class_ends[c];
        if (end < first || end > layer->feature_count)
            return false;
        layer->classes[c].feature_first = first;
        layer->classes[c].feature_end = first = end;
    }
    return first == layer->feature_count;
}

static bool layer_take(struct reading *reading, const char *identity)
{
    const struct layer *layer = reading->layer;

    return header_take(reading) && pieces_take(reading)
           && strcmp(reading->identity, identity) == 0 && checksum_is_right(reading)
           && details_are_sane(layer) && runs_are_sane(reading) && names_are_sane(layer)
           && boxes_are_sane(reading) && bounds_are_sane(layer) && classes_take(reading);
}

struct layer *layer_file_read(const struct map_layer_style *style, const char *identity,
                              const void *bytes, size_t byte_count, const char **ret_warning)
{
    return layer_file_read_telling(style, identity, bytes, byte_count, NULL, NULL, ret_warning);
}

struct layer *layer_file_read_telling(const struct map_layer_style *style, const char *identity,
                                      const void *bytes, size_t byte_count,
                                      layer_file_passed_fn *passed, void *context,
                                      const char **ret_warning)
{
    struct reading reading = { .bytes = bytes, .byte_count = byte_count, .passed = passed,
                               .context = context };

    assert((uintptr_t)bytes % WORD_BYTES == 0);
    reading.layer = base_alloc(1, sizeof *reading.layer);
    reading.layer->style = *style;
    if (!layer_take(&reading, identity)) {
        base_free(reading.layer);
        return NULL;
    }
    *ret_warning = reading.warning;
    return reading.layer;
}
