#include "feeds/cot_frames.h"

#include <string.h>

enum state { BETWEEN, IN_ELEMENT, LOST };
/* Where in the markup of an element the scan stands. */
enum place { IN_TEXT, IN_TAG, IN_QUOTES };

enum {
    LOST_PIECE_BYTES = 32 * 1024,
    LENGTH_BYTES_MAX = 4,               /* Of a varint up to COT_EVENT_BYTES_MAX. */
};

struct cot_frames {
    struct buffer bytes;
    size_t taken;               /* Given out already. */
    size_t at;                  /* Looked at already; from `taken` on. */
    enum state state;
    enum place place;
    char quote;                 /* That ends IN_QUOTES. */
    size_t tag;                 /* Where the present tag starts. */
    size_t searched;            /* No end of what is skipped begins before it. */
    enum cot_frame_kind kind;   /* Of the element. */
    enum refusal refusal;       /* Of what is skipped. */
    bool tak_only, broken, ended;
};

struct cot_frames *cot_frames_new(void)
{
    return base_alloc(1, sizeof(struct cot_frames));
}

void cot_frames_free(struct cot_frames *frames)
{
    if (!frames)
        return;
    buffer_clear(&frames->bytes);
    base_free(frames);
}

void cot_frames_add(struct cot_frames *frames, struct span bytes)
{
    size_t taken = frames->taken;

    buffer_drop_front(&frames->bytes, taken);
    frames->taken = 0;
    frames->at -= taken;
    frames->tag -= frames->tag > taken ? taken : frames->tag;
    frames->searched -= frames->searched > taken ? taken : frames->searched;
    buffer_add(&frames->bytes, bytes);
}

void cot_frames_end(struct cot_frames *frames)
{
    frames->ended = true;
}

void cot_frames_expect_tak(struct cot_frames *frames)
{
    frames->tak_only = true;
}

bool cot_frames_are_lost(const struct cot_frames *frames)
{
    return frames->broken;
}

/* ---- looking ---- */

static struct span rest_from(const struct cot_frames *frames, size_t at)
{
    assert(at <= frames->bytes.length);
    return span_from(frames->bytes.bytes + at, frames->bytes.length - at);
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == '\0';
}

enum match { MATCH_NO, MATCH_YES, MATCH_MORE };     /* MORE: the bytes end before it is known. */

/* Does `text` start with `word`? */
static enum match starts(struct span text, const char *word)
{
    size_t length = strlen(word), have = text.length < length ? text.length : length;

    if (memcmp(text.bytes, word, have) != 0)
        return MATCH_NO;
    return have == length ? MATCH_YES : MATCH_MORE;
}

/* ... with the tag `word`, which then ends: "<event>", not "<events>". */
static enum match starts_tag(struct span text, const char *word)
{
    size_t length = strlen(word);
    enum match match = starts(text, word);

    if (match != MATCH_YES)
        return match;
    if (text.length == length)
        return MATCH_MORE;
    char next = text.bytes[length];
    return is_blank(next) || next == '>' || next == '/' ? MATCH_YES : MATCH_NO;
}

/* Where `word` comes next from `at`. A search that failed goes on where it ended, or a sender of
 * single bytes would have it begin again with each. */
static bool find(struct cot_frames *frames, size_t at, const char *word, size_t *ret_at)
{
    size_t length = strlen(word);
    struct span rest = rest_from(frames, frames->searched > at ? frames->searched : at);

    while (rest.length >= length) {
        const char *found = memchr(rest.bytes, word[0], rest.length - length + 1);
        if (!found)
            break;
        size_t skipped = (size_t)(found - rest.bytes);
        rest = span_from(found, rest.length - skipped);
        if (memcmp(found, word, length) == 0) {
            *ret_at = frames->bytes.length - rest.length;
            frames->searched = 0;
            return true;
        }
        rest = span_from(rest.bytes + 1, rest.length - 1);
    }
    if (frames->bytes.length > at + length)
        frames->searched = frames->bytes.length - length;
    return false;
}

/* ---- giving ---- */

static bool give(struct cot_frames *frames, enum cot_frame_kind kind, size_t to,
                 struct cot_frame *ret_frame)
{
    *ret_frame = (struct cot_frame){
        .kind = kind, .bytes = span_from(frames->bytes.bytes + frames->taken, to - frames->taken),
        .ends = true,
    };
    frames->taken = frames->at = to;
    frames->searched = 0;
    frames->state = BETWEEN;
    return true;
}

static bool give_refused(struct cot_frames *frames, enum refusal refusal, size_t to, bool ends,
                         struct cot_frame *ret_frame)
{
    give(frames, COT_FRAME_REFUSED, to, ret_frame);
    ret_frame->refusal = refusal;
    ret_frame->ends = ends;
    frames->state = ends ? BETWEEN : LOST;
    return true;
}

/* ---- between two events ---- */

/* What stands at `taken` begins nothing: what does begins behind it. */
static bool lose(struct cot_frames *frames, enum refusal refusal)
{
    assert(frames->taken < frames->bytes.length);
    frames->state = LOST;
    frames->at = frames->taken + 1;
    frames->refusal = refusal;
    frames->searched = 0;
    frames->broken = frames->tak_only;
    return true;
}

/* Skips what ends with `end`. False: its end has not come; a run too long is no such thing. */
static bool skip_past(struct cot_frames *frames, const char *end)
{
    size_t found;

    if (find(frames, frames->taken, end, &found)) {
        frames->taken = frames->at = found + strlen(end);
        return true;
    }
    if (frames->bytes.length - frames->taken > LOST_PIECE_BYTES || frames->ended)
        return lose(frames, REFUSED_BAD_SYNTAX);
    return false;
}

/* The length in a packet's head. 0: more bytes are needed; else the bytes of head, or
 * SIZE_MAX when it is no length. */
static size_t tak_head(struct span bytes, size_t *ret_length)
{
    size_t length = 0;

    for (size_t i = 1; i <= LENGTH_BYTES_MAX; i++) {
        if (i == bytes.length)
            return 0;
        unsigned char byte = (unsigned char)bytes.bytes[i];
        length |= (size_t)(byte & 0x7F) << (7 * (i - 1));
        if (byte & 0x80)
            continue;
        *ret_length = length;
        return length <= COT_EVENT_BYTES_MAX ? i + 1 : SIZE_MAX;
    }
    return SIZE_MAX;
}

/* A packet at `taken`. True: the state or *ret_frame says what came of it. */
static bool take_packet(struct cot_frames *frames, struct cot_frame *ret_frame, bool *ret_given)
{
    struct span rest = rest_from(frames, frames->taken);
    size_t length = 0, head = tak_head(rest, &length);

    if (head == SIZE_MAX || (head && length == 0))
        return lose(frames, REFUSED_OUT_OF_RANGE);
    if (head == 0 || rest.length - head < length) {
        if (frames->ended)
            return lose(frames, REFUSED_TRUNCATED);
        return false;
    }
    frames->taken += head;
    *ret_given = give(frames, COT_FRAME_TAK, frames->taken + length, ret_frame);
    return true;
}

static void enter_element(struct cot_frames *frames, enum cot_frame_kind kind)
{
    frames->state = IN_ELEMENT;
    frames->kind = kind;
    frames->place = IN_TAG;
    frames->tag = frames->taken;
    frames->at = frames->taken + 1;
}

static const struct {
    const char *word;
    enum cot_frame_kind kind;
} elements[] = {
    { "<event", COT_FRAME_EVENT },
    { "<auth", COT_FRAME_AUTH },
};

/* At a '<' in `taken`. False: more bytes are needed. */
static bool take_markup(struct cot_frames *frames)
{
    struct span rest = rest_from(frames, frames->taken);
    bool more = false;

    for (size_t i = 0; i < ARRAY_COUNT(elements); i++) {
        enum match match = starts_tag(rest, elements[i].word);
        if (match == MATCH_YES) {
            enter_element(frames, elements[i].kind);
            return true;
        }
        more = more || match == MATCH_MORE;
    }
    if (starts(rest, "<?") == MATCH_YES)
        return skip_past(frames, "?>");
    if (starts(rest, "<!--") == MATCH_YES)
        return skip_past(frames, "-->");
    if (!frames->ended && (more || starts(rest, "<!--") == MATCH_MORE))
        return false;
    return lose(frames, more ? REFUSED_TRUNCATED : REFUSED_BAD_SYNTAX);
}

/* True: go on looking, or a frame was given. False: more bytes are needed. */
static bool between(struct cot_frames *frames, struct cot_frame *ret_frame, bool *ret_given)
{
    static const char mark[] = "\xEF\xBB\xBF";

    while (frames->taken < frames->bytes.length
           && is_blank(frames->bytes.bytes[frames->taken]))
        frames->taken++;
    frames->at = frames->taken;
    struct span rest = rest_from(frames, frames->taken);
    if (rest.length == 0)
        return false;
    if ((unsigned char)rest.bytes[0] == TAK_MARK)
        return take_packet(frames, ret_frame, ret_given);
    if (frames->tak_only)
        return lose(frames, REFUSED_BAD_SYNTAX);
    if (rest.bytes[0] == '<')
        return take_markup(frames);
    enum match marked = starts(rest, mark);
    if (marked == MATCH_MORE && !frames->ended)
        return false;
    if (marked != MATCH_YES)
        return lose(frames, REFUSED_BAD_SYNTAX);
    frames->taken += sizeof mark - 1;
    return true;
}

/* ---- in an element ---- */

/* A '<' at `at` that may begin the next event. MORE: the bytes end before it is known. */
static enum match begins_anew(const struct cot_frames *frames)
{
    struct span rest = rest_from(frames, frames->at);
    enum match event = starts_tag(rest, "<event"), xml = starts(rest, "<?xml");

    if (event == MATCH_YES || xml == MATCH_YES)
        return MATCH_YES;
    return event == MATCH_MORE || xml == MATCH_MORE ? MATCH_MORE : MATCH_NO;
}

/* At a '<' in text. False: more bytes are needed. */
static bool open_markup(struct cot_frames *frames)
{
    static const struct { const char *start, *end; } skipped[] = {
        { "<!--", "-->" }, { "<![CDATA[", "]]>" },
    };
    struct span rest = rest_from(frames, frames->at);

    for (size_t i = 0; i < ARRAY_COUNT(skipped); i++) {
        enum match match = starts(rest, skipped[i].start);
        size_t end;
        if (match == MATCH_MORE)
            return false;
        if (match == MATCH_NO)
            continue;
        if (!find(frames, frames->at + strlen(skipped[i].start), skipped[i].end, &end))
            return false;
        frames->at = end + strlen(skipped[i].end);
        return true;
    }
    frames->place = IN_TAG;
    frames->tag = frames->at++;
    return true;
}

/* The '>' at `at` ends a tag. True when that ends the element. */
static bool tag_ends(const struct cot_frames *frames)
{
    const char *name = elements[frames->kind == COT_FRAME_AUTH].word + 1;
    const char *tag = frames->bytes.bytes + frames->tag;
    size_t length = frames->at - frames->tag, name_length = strlen(name);

    if (frames->tag == frames->taken)
        return tag[length - 1] == '/';
    return tag[1] == '/' && length >= 2 + name_length && memcmp(tag + 2, name, name_length) == 0
           && (length == 2 + name_length || is_blank(tag[2 + name_length]));
}

/* ON: a step is done, look at the place again. */
enum scan { SCAN_MORE, SCAN_ON, SCAN_ANEW };

static enum scan scan_text(struct cot_frames *frames)
{
    struct span rest = rest_from(frames, frames->at);
    const char *found = rest.length ? memchr(rest.bytes, '<', rest.length) : NULL;

    if (!found) {
        frames->at = frames->bytes.length;
        return SCAN_MORE;
    }
    frames->at += (size_t)(found - rest.bytes);
    enum match anew = begins_anew(frames);
    if (anew == MATCH_YES)
        return SCAN_ANEW;
    if (anew == MATCH_MORE || !open_markup(frames))
        return SCAN_MORE;
    return SCAN_ON;
}

/* From a tag, in or out of quotes, to its '>'. */
static enum scan scan_tag(struct cot_frames *frames)
{
    for (; frames->at < frames->bytes.length; frames->at++) {
        char byte = frames->bytes.bytes[frames->at];
        if (byte == '<') {          /* Never right in a tag: the event may have been cut off. */
            enum match anew = begins_anew(frames);
            if (anew != MATCH_NO)
                return anew == MATCH_YES ? SCAN_ANEW : SCAN_MORE;
        } else if (frames->place == IN_QUOTES) {
            frames->place = byte == frames->quote ? IN_TAG : IN_QUOTES;
        } else if (byte == '"' || byte == '\'') {
            frames->place = IN_QUOTES;
            frames->quote = byte;
        } else if (byte == '>') {
            return SCAN_ON;
        }
    }
    return SCAN_MORE;
}

/* The element has no end so far. */
static bool element_fails(struct cot_frames *frames, enum scan scan, struct cot_frame *ret_frame,
                          bool *ret_given)
{
    bool anew = scan == SCAN_ANEW;
    size_t length = (anew ? frames->at : frames->bytes.length) - frames->taken;
    enum refusal why = length > COT_EVENT_BYTES_MAX ? REFUSED_TOO_LONG : REFUSED_TRUNCATED;

    if (!anew && length <= COT_EVENT_BYTES_MAX && !frames->ended)
        return false;
    /* Half a log-in is still a secret: it never goes where refused bytes go. */
    if (frames->kind == COT_FRAME_AUTH)
        return *ret_given = give(frames, COT_FRAME_AUTH, anew ? frames->at : frames->bytes.length,
                                 ret_frame);
    if (anew)
        return *ret_given = give_refused(frames, why, frames->at, true, ret_frame);
    give_refused(frames, why, frames->taken + 1, false, ret_frame);
    lose(frames, why);
    return *ret_given = true;
}

static bool in_element(struct cot_frames *frames, struct cot_frame *ret_frame, bool *ret_given)
{
    enum scan scan = SCAN_ON;

    while (scan == SCAN_ON) {
        if (frames->place == IN_TEXT) {
            scan = scan_text(frames);
            continue;
        }
        scan = scan_tag(frames);
        if (scan != SCAN_ON)
            break;
        bool whole = tag_ends(frames);
        frames->place = IN_TEXT;
        frames->at++;
        if (whole && frames->at - frames->taken > COT_EVENT_BYTES_MAX)
            return *ret_given =
                       give_refused(frames, REFUSED_TOO_LONG, frames->at, true, ret_frame);
        if (whole)
            return *ret_given = give(frames, frames->kind, frames->at, ret_frame);
    }
    return element_fails(frames, scan, ret_frame, ret_given);
}

/* ---- lost ---- */

/* The next place where an event or a document may begin, or a '<' whose word has not all come. */
static bool find_start(const struct cot_frames *frames, size_t *ret_at)
{
    for (size_t at = frames->at; at < frames->bytes.length; at++) {
        const char *found =
            memchr(frames->bytes.bytes + at, '<', frames->bytes.length - at);
        if (!found)
            return false;
        at = (size_t)(found - frames->bytes.bytes);
        struct span rest = rest_from(frames, at);
        enum match event = starts_tag(rest, "<event"), xml = starts(rest, "<?xml");
        bool may = event == MATCH_MORE || xml == MATCH_MORE;
        if (event == MATCH_YES || xml == MATCH_YES || (may && !frames->ended)) {
            *ret_at = at;
            return true;
        }
    }
    return false;
}

static bool lost(struct cot_frames *frames, struct cot_frame *ret_frame, bool *ret_given)
{
    size_t start = frames->bytes.length, waiting = frames->bytes.length - frames->taken;
    bool found = !frames->broken && find_start(frames, &start);
    bool whole = found && starts(rest_from(frames, start), "<?xml") != MATCH_MORE
                 && starts_tag(rest_from(frames, start), "<event") != MATCH_MORE;

    if (whole)
        return *ret_given = give_refused(frames, frames->refusal, start, true, ret_frame);
    if (frames->ended)
        return *ret_given = give_refused(frames, frames->refusal, start, true, ret_frame);
    if (waiting < LOST_PIECE_BYTES || start == frames->taken)
        return false;
    return *ret_given = give_refused(frames, frames->refusal, start, false, ret_frame);
}

bool cot_frames_next(struct cot_frames *frames, struct cot_frame *ret_frame)
{
    bool given = false, goes_on = true;

    while (goes_on && !given) {
        if (frames->taken == frames->bytes.length && frames->state != LOST)
            return false;
        switch (frames->state) {
        case BETWEEN:
            goes_on = between(frames, ret_frame, &given);
            break;
        case IN_ELEMENT:
            goes_on = in_element(frames, ret_frame, &given);
            break;
        case LOST:
            goes_on = lost(frames, ret_frame, &given);
            break;
        }
    }
    return given;
}

/* ---- datagrams ---- */

static struct cot_frame refused_whole(struct span bytes, enum refusal refusal)
{
    return (struct cot_frame){ .kind = COT_FRAME_REFUSED, .bytes = bytes, .refusal = refusal,
                               .ends = true };
}

static struct span without_blanks(struct span bytes)
{
    while (bytes.length && is_blank(bytes.bytes[bytes.length - 1]))
        bytes.length--;
    while (bytes.length && is_blank(bytes.bytes[0]))
        bytes = span_from(bytes.bytes + 1, bytes.length - 1);
    return bytes;
}

/* A mark, a declaration and comments may stand before the event. */
static struct span without_prolog(struct span bytes)
{
    static const struct { const char *start, *end; } skipped[] = {
        { "<?", "?>" }, { "<!--", "-->" }, { "\xEF\xBB\xBF", "" },
    };

    for (size_t i = 0; i < ARRAY_COUNT(skipped); i++) {
        if (starts(bytes, skipped[i].start) != MATCH_YES)
            continue;
        for (size_t at = strlen(skipped[i].start); at < bytes.length; at++) {
            struct span rest = span_from(bytes.bytes + at, bytes.length - at);
            size_t end = strlen(skipped[i].end);
            if (starts(rest, skipped[i].end) == MATCH_YES)
                return without_blanks(span_from(rest.bytes + end, rest.length - end));
        }
    }
    return bytes;
}

struct cot_frame cot_datagram(struct span bytes)
{
    struct span rest = without_blanks(bytes), before;

    if (bytes.length > COT_EVENT_BYTES_MAX)
        return refused_whole(bytes, REFUSED_TOO_LONG);
    if (bytes.length > 2 && (unsigned char)bytes.bytes[0] == TAK_MARK) {
        size_t version = 0, head = tak_head(bytes, &version);
        if (head == 0 || head >= bytes.length || (unsigned char)bytes.bytes[head] != TAK_MARK)
            return refused_whole(bytes, REFUSED_BAD_SYNTAX);
        if (version != 1)
            return refused_whole(bytes, REFUSED_UNSUPPORTED);
        return (struct cot_frame){
            .kind = COT_FRAME_TAK, .ends = true,
            .bytes = span_from(bytes.bytes + head + 1, bytes.length - head - 1),
        };
    }
    do {
        before = rest;
        rest = without_prolog(rest);
    } while (rest.length != before.length);
    if (starts_tag(rest, "<event") == MATCH_YES)
        return (struct cot_frame){ .kind = COT_FRAME_EVENT, .bytes = rest, .ends = true };
    return refused_whole(bytes, REFUSED_BAD_SYNTAX);
}

void tak_put_head(struct buffer *out, size_t length)
{
    char head[2 + sizeof length * 8 / 7] = { (char)TAK_MARK };
    size_t count = 1;

    do {
        head[count++] = (char)((length & 0x7F) | (length > 0x7F ? 0x80 : 0));
        length >>= 7;
    } while (length);
    buffer_add(out, span_from(head, count));
}
