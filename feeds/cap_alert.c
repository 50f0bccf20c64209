#include "feeds/cap_alert.h"

#include <math.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "feeds/cap_inside_alert.h"

#define VOCABULARY_DEFINED(name_, LIST)                                       \
    static const char *const name_##_list[] = { LIST(VOCABULARY_WORD) };      \
    const struct vocabulary name_##_words = { .name = #name_,                 \
                                              .words = name_##_list,          \
                                              .count = ARRAY_COUNT(name_##_list) };
VOCABULARIES_OF_CAP(VOCABULARY_DEFINED)

struct verdict cap_refused_at(const struct xml_node *node, enum refusal refusal)
{
    return refused(refusal, node->offset, node->name);
}

/* ---- single elements ---- */

static struct verdict name_read(const struct xml_node *alert, const char *element,
                                const char **ret_name)
{
    const struct xml_node *node = xml_child(alert, element);

    if (!node || !node->text[0])
        return refused(REFUSED_FIELD_MISSING, alert->offset, element);
    if (strlen(node->text) > CAP_NAME_BYTES_MAX)
        return cap_refused_at(node, REFUSED_TOO_LONG);
    *ret_name = node->text;
    return accepted();
}

static struct verdict word_read(const struct xml_node *parent, const char *element,
                                const struct vocabulary *words, uint32_t *ret_value)
{
    const struct xml_node *node = xml_child(parent, element);

    if (!node || !node->text[0])
        return refused(REFUSED_FIELD_MISSING, parent->offset, element);
    if (!vocabulary_value(words, span_of(node->text), ret_value))
        return cap_refused_at(node, REFUSED_UNKNOWN_WORD);
    return accepted();
}

enum need { MAY_BE_ABSENT, MUST_BE_THERE };

/* An absent time is 0. CAP 1.2 section 3.3.2 forbids the zone "Z"; real feeds write it. */
static struct verdict time_read(const struct xml_node *parent, const char *element, enum need need,
                                int64_t *ret_at_ms)
{
    const struct xml_node *node = xml_child(parent, element);

    *ret_at_ms = 0;
    if ((!node || !node->text[0]) && need == MAY_BE_ABSENT)
        return accepted();
    if (!node || !node->text[0])
        return refused(REFUSED_FIELD_MISSING, parent->offset, element);
    if (!when_parse(span_of(node->text), ret_at_ms))
        return cap_refused_at(node, REFUSED_NOT_A_TIME);
    /* Instants count from 1970, and 0 is "never". */
    return *ret_at_ms > 0 ? accepted() : cap_refused_at(node, REFUSED_OUT_OF_RANGE);
}

const char *cap_clean(struct arena *arena, const char *raw, size_t bytes)
{
    char *text = arena_alloc(arena, bytes);
    text_clean(span_of(raw), text, bytes);
    return text;
}

bool cap_word_cut(struct span *rest, struct span *ret_word)
{
    *rest = span_trim(*rest);
    size_t length = 0;
    while (length < rest->length && !strchr(" \t\r\n", rest->bytes[length]))
        length++;
    if (length == 0)
        return false;
    *ret_word = span_from(rest->bytes, length);
    *rest = span_from(rest->bytes + length, rest->length - length);
    return true;
}

/* ---- info blocks ---- */

static struct cap_shape shape_empty(void)
{
    return (struct cap_shape){ .event = "", .headline = "", .text = "", .area = "",
                               .center = geo_unknown(), .radius_m = NAN };
}

/* Absent `effective` is `sent` (CAP 1.2 section 3.2.2); an end before the start (seen in real
 * feeds) leaves the start unsaid, so that the end still counts. */
static struct verdict times_read(struct cap_draft *draft, const struct xml_node *info)
{
    struct cap_shape *shape = &draft->info;
    int64_t sent_ms = draft->alert.name.sent_ms;
    struct verdict verdict = time_read(info, "effective", MAY_BE_ABSENT, &shape->effective_ms);

    if (is_accepted(&verdict))
        verdict = time_read(info, "expires", MAY_BE_ABSENT, &shape->expires_ms);
    if (!is_accepted(&verdict))
        return verdict;
    if (shape->effective_ms == 0)
        shape->effective_ms = sent_ms;
    int64_t ends_ms = cap_event_end_ms(info);
    if (ends_ms)
        shape->expires_ms = ends_ms;
    if (shape->expires_ms == 0) {
        shape->expires_ms = sent_ms + CAP_EXPIRY_ASSUMED_MS;
        shape->expiry_assumed = true;
    }
    if (shape->effective_ms > shape->expires_ms)
        shape->effective_ms = 0;
    return accepted();
}

static const char *info_text(struct arena *arena, const struct xml_node *info)
{
    const char *description = xml_child_text(info, "description");
    const char *instruction = xml_child_text(info, "instruction");

    return cap_clean(arena, arena_print(arena, "%s %s", description, instruction), CAP_TEXT_BYTES);
}

/* "The subject event no longer poses a threat" (CAP 1.2 section 3.2.2): it stands nowhere. */
static bool is_all_clear(const struct xml_node *info)
{
    for (const struct xml_node *node = xml_child(info, "responseType"); node;
         node = xml_again(node))
        if (strcmp(node->text, "AllClear") == 0)
            return true;
    return false;
}

/* Of the elements an info must have, those are asked for that we use; a warning that lacks
 * `certainty` still warns. */
static struct verdict info_read(struct cap_draft *draft, const struct xml_node *info)
{
    struct cap_shape *shape = &draft->info;
    uint32_t severity;

    *shape = shape_empty();
    shape->event = cap_clean(draft->arena, xml_child_text(info, "event"), CAP_EVENT_BYTES);
    shape->headline = cap_clean(draft->arena, xml_child_text(info, "headline"), CAP_HEADLINE_BYTES);
    shape->text = info_text(draft->arena, info);
    if (!shape->event[0])
        return refused(REFUSED_FIELD_MISSING, info->offset, "event");
    struct verdict verdict = word_read(info, "severity", &severity_words, &severity);
    if (is_accepted(&verdict))
        verdict = times_read(draft, info);
    if (!is_accepted(&verdict))
        return verdict;
    shape->severity = (enum severity)severity;
    if (is_all_clear(info))
        return accepted();
    const struct xml_node *area = xml_child(info, "area");
    if (!area)
        return cap_shape_add(draft, info, shape);
    for (; area; area = xml_again(area)) {
        verdict = cap_area_read(draft, area);
        if (!is_accepted(&verdict))
            return verdict;
    }
    return accepted();
}

/* RFC 3066 tags; absent is en-US (CAP 1.2 section 3.2.2). */
static const char *info_language(const struct xml_node *info)
{
    const char *language = xml_child_text(info, "language");
    return language[0] ? language : "en-US";
}

static bool language_fits(const char *wanted, const char *language)
{
    size_t length = strlen(wanted);

    return strlen(language) >= length && (language[length] == '\0' || language[length] == '-')
           && text_same_ignoring_case(span_of(wanted), span_from(language, length));
}

/* The language whose info blocks are read: all of them, for they may be phases or parts. */
static const char *language_choose(const struct xml_node *alert, const char *wanted)
{
    const struct xml_node *first = xml_child(alert, "info");

    for (const struct xml_node *info = first; info && wanted[0]; info = xml_again(info))
        if (language_fits(wanted, info_language(info)))
            return info_language(info);
    return first ? info_language(first) : "";
}

static struct verdict infos_read(struct cap_draft *draft, const struct xml_node *alert,
                                 const char *wanted)
{
    const char *language = language_choose(alert, wanted);
    struct verdict verdict = accepted();

    for (const struct xml_node *info = xml_child(alert, "info"); info; info = xml_again(info)) {
        if (!text_same_ignoring_case(span_of(info_language(info)), span_of(language)))
            continue;
        verdict = info_read(draft, info);
        if (!is_accepted(&verdict))
            return verdict;
    }
    return verdict;
}

/* An alert may come without any info (CAP 1.2 section 3.2.1): that there is one is all it says. */
static struct verdict bare_alert_add(struct cap_draft *draft, const struct xml_node *alert)
{
    struct cap_shape shape = shape_empty();

    if (xml_child(alert, "info") || draft->alert.message > CAP_MESSAGE_UPDATE)
        return accepted();
    shape.event = "Alert";
    shape.headline = draft->alert.note;
    shape.effective_ms = draft->alert.name.sent_ms;
    shape.expires_ms = shape.effective_ms + CAP_EXPIRY_ASSUMED_MS;
    shape.expiry_assumed = true;
    return cap_shape_add(draft, alert, &shape);
}

/* ---- references ---- */

static bool reference_read(struct arena *arena, struct span triple, struct cap_name *ret_name)
{
    struct span sender, identifier;

    if (!span_cut(&triple, ',', &sender) || !span_cut(&triple, ',', &identifier)
        || sender.length == 0 || identifier.length == 0 || sender.length > CAP_NAME_BYTES_MAX
        || identifier.length > CAP_NAME_BYTES_MAX || triple.length == 0
        || !when_parse(triple, &ret_name->sent_ms))
        return false;
    ret_name->sender = arena_copy(arena, sender);
    ret_name->identifier = arena_copy(arena, identifier);
    return true;
}

/* Cuts the next triple off: real feeds wrap lines inside one, after a comma. */
static bool triple_cut(struct arena *arena, struct span *rest, struct span *ret_triple)
{
    struct span word, more;

    if (!cap_word_cut(rest, &word))
        return false;
    while (word.bytes[word.length - 1] == ',' && word.length < 2 * CAP_NAME_BYTES_MAX
           && cap_word_cut(rest, &more))
        word = span_of(arena_print(arena, "%.*s%.*s", (int)word.length, word.bytes,
                                   (int)more.length, more.bytes));
    *ret_triple = word;
    return true;
}

/* "sender,identifier,sent" triples between blanks; an Update or Cancel needs at least one. */
static struct verdict references_read(struct cap_draft *draft, const struct xml_node *alert)
{
    const struct xml_node *node = xml_child(alert, "references");
    struct span rest = span_of(node ? node->text : ""), triple;
    struct cap_name *names = arena_alloc(draft->arena, CAP_REFERENCES_MAX * sizeof *names);
    uint32_t count = 0;

    while (triple_cut(draft->arena, &rest, &triple)) {
        if (count == CAP_REFERENCES_MAX)
            return cap_refused_at(node, REFUSED_TOO_LONG);
        if (!reference_read(draft->arena, triple, &names[count++]))
            return cap_refused_at(node, REFUSED_BAD_SYNTAX);
    }
    enum cap_message message = draft->alert.message;
    if (count == 0 && (message == CAP_MESSAGE_UPDATE || message == CAP_MESSAGE_CANCEL))
        return refused(REFUSED_FIELD_MISSING, node ? node->offset : alert->offset, "references");
    draft->alert.references = names;
    draft->alert.reference_count = count;
    return accepted();
}

/* ---- the whole ---- */

static struct verdict head_read(struct cap_draft *draft, const struct xml_node *alert)
{
    struct cap_alert *into = &draft->alert;
    uint32_t status = 0, message = 0, scope = 0;
    struct verdict verdict = name_read(alert, "identifier", &into->name.identifier);

    if (is_accepted(&verdict))
        verdict = name_read(alert, "sender", &into->name.sender);
    if (is_accepted(&verdict))
        verdict = time_read(alert, "sent", MUST_BE_THERE, &into->name.sent_ms);
    if (is_accepted(&verdict))
        verdict = word_read(alert, "status", &cap_status_words, &status);
    if (is_accepted(&verdict))
        verdict = word_read(alert, "msgType", &cap_message_words, &message);
    /* Without it nobody knows who may be told (CAP 1.2 section 3.2.1). */
    if (is_accepted(&verdict))
        verdict = word_read(alert, "scope", &cap_scope_words, &scope);
    into->status = (enum cap_status)status;
    into->message = (enum cap_message)message;
    into->scope = (enum cap_scope)scope;
    into->note = cap_clean(draft->arena, xml_child_text(alert, "note"), CAP_HEADLINE_BYTES);
    return verdict;
}

struct verdict cap_alert_of(const struct xml_node *root, const char *language,
                            const struct cap_codes *codes, struct arena *arena,
                            struct cap_alert *ret_alert)
{
    struct cap_draft draft = { .arena = arena, .codes = codes };

    if (strcmp(root->name, "alert") != 0)
        return cap_refused_at(root, REFUSED_UNSUPPORTED);
    draft.shapes = arena_alloc(arena, CAP_SHAPES_MAX * sizeof *draft.shapes);
    draft.alert.shapes = draft.shapes;
    struct verdict verdict = head_read(&draft, root);
    if (is_accepted(&verdict))
        verdict = references_read(&draft, root);
    if (is_accepted(&verdict))
        verdict = infos_read(&draft, root, language);
    if (is_accepted(&verdict))
        verdict = bare_alert_add(&draft, root);
    if (is_accepted(&verdict))
        *ret_alert = draft.alert;
    return verdict;
}

struct verdict cap_alert_read(struct span message, const char *language, struct arena *arena,
                              struct cap_alert *ret_alert)
{
    const struct xml_node *root = NULL;
    struct verdict verdict = xml_parse(message, arena, &root);

    return is_accepted(&verdict) ? cap_alert_of(root, language, NULL, arena, ret_alert) : verdict;
}
