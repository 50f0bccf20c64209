#include "app/base/base64.h"

void base64_write(struct span bytes, struct buffer *out)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < bytes.length; i += 3) {
        size_t left = bytes.length - i;
        uint32_t three = (uint32_t)(unsigned char)bytes.bytes[i] << 16;
        if (left > 1)
            three |= (uint32_t)(unsigned char)bytes.bytes[i + 1] << 8;
        if (left > 2)
            three |= (uint32_t)(unsigned char)bytes.bytes[i + 2];
        char four[4] = { letters[three >> 18], letters[three >> 12 & 63],
                         left > 1 ? letters[three >> 6 & 63] : '=',
                         left > 2 ? letters[three & 63] : '=' };
        buffer_add(out, span_from(four, 4));
    }
}

/* -1: no letter of base64. */
static int letter_value(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        return letter - 'A';
    if (letter >= 'a' && letter <= 'z')
        return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9')
        return letter - '0' + 52;
    return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

/* Four letters; at the end of the text the last one or two may be padding. */
static bool four_read(const char *four, bool last, struct buffer *out)
{
    size_t padding = last && four[3] == '=' ? 1 + (four[2] == '=') : 0;
    uint32_t bits = 0;

    for (size_t i = 0; i < 4; i++) {
        int value = i < 4 - padding ? letter_value(four[i]) : 0;
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
    }
    const char bytes[3] = { (char)(bits >> 16 & 255), (char)(bits >> 8 & 255),
                            (char)(bits & 255) };
    buffer_add(out, span_from(bytes, 3 - padding));
    return true;
}

bool base64_read(struct span text, struct buffer *out)
{
    if (text.length % 4 != 0)
        return false;
    for (size_t at = 0; at < text.length; at += 4)
        if (!four_read(text.bytes + at, at + 4 == text.length, out))
            return false;
    return true;
}
