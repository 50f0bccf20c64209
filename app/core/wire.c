#include "app/core/wire.h"

#define ROW(upper, lower)                                     \
    RECORD_FIELDS(wire_##lower, WIRE_##upper##_FIELDS);       \
    const struct record_shape wire_##lower##_shape = RECORD_SHAPE(wire_##lower);
WIRE_RECORDS(ROW)
#undef ROW

void wire_line_write(const struct record_shape *shape, const void *record, struct buffer *out)
{
    json_open(out, NULL, '{');
    record_write(shape, record, out);
    json_close(out, '}');
    buffer_add_text(out, "\n");
}
