#include "maps/dbf.h"

#include <shapefil.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/file_window.h"

enum {
    PATH_BYTES = 1024,
    HEADER_BYTES = 32,                  /* Before the fields; one field's description, too. */
    LIVE = ' ', DELETED = '*',          /* The first byte of a row. */
};

struct dbf {
    DBFHandle handle;
    struct file_window *rows;
    struct codepage *codepage;
    struct shape_field *fields;
    uint32_t field_count, row_count, rows_missing;
    bool code_page_strange;
};

/* ---- What shapelib reads through ------------------------------------------------------------ */

/* An SAFile is whatever FOpen gave. */
struct stream {
    struct file_window *window;
    uint64_t at;
};

static struct stream *stream_of(SAFile file)
{
    return (struct stream *)(void *)file;
}

static SAFile stream_open(const char *path, const char *access)
{
    assert(strpbrk(access, "wa+") == NULL);
    struct file_window *window = file_window_open(path);

    if (!window)
        return NULL;
    struct stream *stream = base_alloc(1, sizeof *stream);
    stream->window = window;
    return (SAFile)(void *)stream;
}

/* As fread(): bytes of a last, partial item are copied but not counted, and shapelib reads a .cpg
 * by just that. */
static SAOffset stream_read(void *to, SAOffset size, SAOffset count, SAFile file)
{
    struct stream *stream = stream_of(file);
    uint64_t whole = file_window_bytes(stream->window);
    uint64_t left = stream->at < whole ? whole - stream->at : 0;

    if (size == 0 || count > SIZE_MAX / size)
        return 0;
    size_t bytes = size * count < left ? size * count : (size_t)left;
    const char *from = file_window_at(stream->window, stream->at, bytes);
    if (!from || bytes == 0)
        return 0;
    memcpy(to, from, bytes);
    stream->at += bytes;
    return bytes / size;
}

static SAOffset stream_seek(SAFile file, SAOffset offset, int whence)
{
    struct stream *stream = stream_of(file);
    uint64_t whole = file_window_bytes(stream->window);

    stream->at = (whence == SEEK_SET ? 0 : whence == SEEK_CUR ? stream->at : whole) + offset;
    return 0;
}

static SAOffset stream_tell(SAFile file)
{
    return stream_of(file)->at;
}

static int stream_close(SAFile file)
{
    file_window_close(stream_of(file)->window);
    base_free(stream_of(file));
    return 0;
}

/* shapelib's own Error prints on stderr, over the console. */
static void ignore_message(const char *message)
{
    (void)message;
}

static void hooks_init(SAHooks *hooks)
{
    SASetupDefaultHooks(hooks);
    hooks->Error = ignore_message;
    hooks->FOpen = stream_open;
    hooks->FRead = stream_read;
    hooks->FWrite = NULL;
    hooks->FSeek = stream_seek;
    hooks->FTell = stream_tell;
    hooks->FFlush = NULL;
    hooks->FClose = stream_close;
}

/* ---- Opening ------------------------------------------------------------------------------- */

/* Small or capital letters, whichever shapelib finds first. */
static struct file_window *rows_open(const char *base)
{
    char path[PATH_BYTES + 8];

    snprintf(path, sizeof path, "%s.dbf", base);
    struct file_window *window = file_window_open(path);
    if (window)
        return window;
    snprintf(path, sizeof path, "%s.DBF", base);
    return file_window_open(path);
}

static void codepage_choose(struct dbf *dbf)
{
    const char *declared = DBFGetCodePage(dbf->handle);
    bool known;

    dbf->codepage = codepage_open(declared ? declared : "", &known);
    dbf->code_page_strange = !known;
}

static bool name_taken(const struct dbf *dbf, const char *name, uint32_t before)
{
    for (uint32_t i = 0; i < before; i++)
        if (text_same_ignoring_case(span_of(dbf->fields[i].name), span_of(name)))
            return true;
    return false;
}

/* A name that nobody gave, or that two columns have, could not be asked for. */
static void field_name(struct dbf *dbf, uint32_t column)
{
    char clean[CODEPAGE_TEXT_BYTES], *name = dbf->fields[column].name;
    size_t name_bytes = sizeof dbf->fields[column].name;
    /* From the header itself: DBFGetFieldInfo() ends a name at a NUL, and UTF-16 has many. */
    struct span raw = span_from(dbf->handle->pszHeader + (size_t)column * HEADER_BYTES,
                                XBASE_FLDNAME_LEN_READ);

    if (codepage_name(dbf->codepage, raw, clean) == 0)
        snprintf(clean, sizeof clean, "FIELD_%u", column + 1);
    text_copy(name, name_bytes, span_of(clean));
    for (uint32_t i = 1; name_taken(dbf, name, column); i++)
        snprintf(name, name_bytes, "%.40s_%u", clean, i);
}

static void fields_read(struct dbf *dbf)
{
    int count = DBFGetFieldCount(dbf->handle);

    dbf->fields = base_alloc((size_t)(count > 0 ? count : 0) + 1, sizeof *dbf->fields);
    for (int column = 0; column < count; column++) {
        int width = 0, decimals = 0;
        DBFGetFieldInfo(dbf->handle, column, NULL, &width, &decimals);
        field_name(dbf, (uint32_t)column);
        dbf->fields[column].type = DBFGetNativeFieldType(dbf->handle, column);
        dbf->fields[column].width = width > 0 ? (uint32_t)width : 0;
        dbf->fields[column].decimals = decimals > 0 ? (uint32_t)decimals : 0;
        dbf->field_count++;
    }
}

static void rows_count(struct dbf *dbf)
{
    uint64_t bytes = file_window_bytes(dbf->rows), header = (uint64_t)dbf->handle->nHeaderLength;
    uint64_t whole = bytes > header ? (bytes - header) / (uint64_t)dbf->handle->nRecordLength : 0;
    uint64_t promised = (uint64_t)DBFGetRecordCount(dbf->handle);

    dbf->row_count = (uint32_t)(whole < promised ? whole : promised);
    dbf->rows_missing = (uint32_t)(promised - dbf->row_count);
}

enum status dbf_open(const char *base, struct dbf **ret_dbf, char *why, size_t why_bytes)
{
    struct file_window *rows = rows_open(base);
    SAHooks hooks;

    if (!rows) {
        snprintf(why, why_bytes, "there is no .dbf beside it");
        return STATUS_NOT_FOUND;
    }
    hooks_init(&hooks);
    DBFHandle handle = DBFOpenLL(base, "rb", &hooks);
    if (!handle || handle->nRecordLength <= 0 || handle->nHeaderLength < HEADER_BYTES
        || DBFGetRecordCount(handle) < 0) {
        snprintf(why, why_bytes, "its attributes (.dbf) are damaged");
        if (handle)
            DBFClose(handle);
        file_window_close(rows);
        return STATUS_CORRUPT;
    }
    struct dbf *dbf = base_alloc(1, sizeof *dbf);
    dbf->handle = handle;
    dbf->rows = rows;
    codepage_choose(dbf);
    fields_read(dbf);
    rows_count(dbf);
    *ret_dbf = dbf;
    return STATUS_OK;
}

void dbf_close(struct dbf *dbf)
{
    if (!dbf)
        return;
    DBFClose(dbf->handle);
    file_window_close(dbf->rows);
    codepage_close(dbf->codepage);
    base_free(dbf->fields);
    base_free(dbf);
}

uint32_t dbf_row_count(const struct dbf *dbf)
{
    return dbf->row_count;
}

uint32_t dbf_rows_missing(const struct dbf *dbf)
{
    return dbf->rows_missing;
}

const char *dbf_strange_code_page(const struct dbf *dbf)
{
    return dbf->code_page_strange ? DBFGetCodePage(dbf->handle) : NULL;
}

bool dbf_code_page_guessed(const struct dbf *dbf)
{
    return codepage_guessed(dbf->codepage) && !dbf->code_page_strange;
}

uint32_t dbf_field_count(const struct dbf *dbf)
{
    return dbf->field_count;
}

const struct shape_field *dbf_field(const struct dbf *dbf, uint32_t column)
{
    assert(column < dbf->field_count);
    return &dbf->fields[column];
}

/* ---- Values -------------------------------------------------------------------------------- */

static const char *row_at(struct dbf *dbf, uint32_t row)
{
    size_t bytes = (size_t)dbf->handle->nRecordLength;

    if (row >= dbf->row_count)
        return NULL;
    return file_window_at(dbf->rows, (uint64_t)dbf->handle->nHeaderLength + (uint64_t)row * bytes,
                          bytes);
}

bool dbf_row_deleted(struct dbf *dbf, uint32_t row)
{
    const char *bytes = row_at(dbf, row);

    return row < dbf->row_count && (!bytes || bytes[0] == DELETED);
}

/* How a .dbf says "nothing" in each type of field; a number too wide for its field is stars. */
static bool is_null(char type, struct span value)
{
    switch (type) {
    case 'N':
    case 'F':
        return memchr(value.bytes, '*', value.length) != NULL;
    case 'D':
        return span_is(value, "00000000") || span_is(value, "0");
    case 'L':
        return span_is(value, "?");
    }
    return false;
}

static bool is_date(char type, struct span value)
{
    bool digits = type == 'D' && value.length == 8;

    for (size_t i = 0; i < value.length && digits; i++)
        digits = value.bytes[i] >= '0' && value.bytes[i] <= '9';
    return digits;
}

size_t dbf_value(struct dbf *dbf, uint32_t row, uint32_t column, char text[CODEPAGE_TEXT_BYTES])
{
    const char *bytes = row_at(dbf, row);
    const struct shape_field *field = dbf_field(dbf, column);

    text[0] = '\0';
    if (!bytes)
        return 0;
    /* A field that its header puts past the end of the row has what is left of it. */
    uint32_t row_bytes = (uint32_t)dbf->handle->nRecordLength;
    uint32_t offset = (uint32_t)dbf->handle->panFieldOffset[column];
    if (offset >= row_bytes)
        return 0;
    uint32_t width = field->width < row_bytes - offset ? field->width : row_bytes - offset;
    struct span raw = span_from(bytes + offset, width);
    if (field->type == 'C')
        return codepage_text(dbf->codepage, raw, text);
    struct span value = span_trim(span_from(raw.bytes, strnlen(raw.bytes, raw.length)));
    if (value.length == 0 || is_null(field->type, value))
        return 0;
    if (is_date(field->type, value))
        return (size_t)snprintf(text, CODEPAGE_TEXT_BYTES, "%.4s-%.2s-%.2s", value.bytes,
                                value.bytes + 4, value.bytes + 6);
    return codepage_name(dbf->codepage, value, text);
}
