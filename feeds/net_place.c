#include <string.h>

#include "app/base/text.h"
#include "feeds/net.h"

/* Splits off the port behind the last colon; a text without one is a port alone. */
static bool port_split(struct span text, struct span *ret_host, struct span *ret_port)
{
    size_t colon = text.length;

    while (colon > 0 && text.bytes[colon - 1] != ':')
        colon--;
    *ret_host = span_from(text.bytes, colon ? colon - 1 : 0);
    *ret_port = span_from(text.bytes + colon, text.length - colon);
    return ret_port->length > 0;
}

bool net_place_read(const char *text, struct net_place *ret_place)
{
    struct span host, port;
    int64_t number;

    if (!port_split(span_trim(span_of(text)), &host, &port) || !span_to_int64(port, &number)
        || number < 0 || number > UINT16_MAX)
        return false;
    bool bracketed = host.length >= 2 && host.bytes[0] == '['
                     && host.bytes[host.length - 1] == ']';
    if (bracketed)
        host = span_from(host.bytes + 1, host.length - 2);
    /* "fe80::1:7700" could be read in two ways. */
    if (host.length >= sizeof ret_place->host
        || (!bracketed && host.length && memchr(host.bytes, ':', host.length)))
        return false;
    text_copy(ret_place->host, sizeof ret_place->host, host);
    ret_place->port = (uint16_t)number;
    return true;
}
