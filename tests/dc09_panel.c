#include "tests/dc09_panel.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void panel_frame(const char *body, struct buffer *out)
{
    dc09_frame_write(span_of(body), out);
}

void panel_sealed(const char *head, const char *plain, const struct dc09_key *key,
                  struct buffer *out)
{
    struct buffer body = { 0 }, padded = { 0 };
    size_t tail = strlen(plain) + 1;

    for (size_t i = 0; i < DC09_CIPHER_BLOCK - tail % DC09_CIPHER_BLOCK; i++)
        buffer_add_text(&padded, "p");
    buffer_print(&padded, "|%s", plain);
    buffer_add_text(&body, head);
    dc09_encrypt(key, buffer_span(&padded), &body);
    dc09_frame_write(buffer_span(&body), out);
    buffer_clear(&body);
    buffer_clear(&padded);
}

struct dc09_key panel_key(void)
{
    struct dc09_key key = { .length = 16 };

    memset(key.bytes, 'A', key.length);
    return key;
}

int panel_connect(enum panel_way way, uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int socket_fd = socket(AF_INET, way == PANEL_TCP ? SOCK_STREAM : SOCK_DGRAM, 0);
    int connected = connect(socket_fd, (const struct sockaddr *)&address, sizeof address);

    assert(connected == 0);
    return socket_fd;
}

void panel_send(int socket_fd, struct span bytes)
{
    ssize_t sent = send(socket_fd, bytes.bytes, bytes.length, MSG_NOSIGNAL);

    assert(sent == (ssize_t)bytes.length);
}

const char *panel_hear(int socket_fd, int wait_ms)
{
    static char heard[8192];
    size_t length = 0;
    struct pollfd end = { .fd = socket_fd, .events = POLLIN };

    while (length + 1 < sizeof heard && poll(&end, 1, wait_ms) > 0) {
        /* One byte at a time, so that the next answer stays in the socket; a datagram is whole. */
        ssize_t got = recv(socket_fd, heard + length, sizeof heard - 1 - length, MSG_PEEK);
        if (got <= 0)
            return length ? heard : "gone";
        char *cr = memchr(heard + length, '\r', (size_t)got);
        size_t take = cr ? (size_t)(cr - heard) - length + 1 : (size_t)got;
        got = recv(socket_fd, heard + length, take, 0);
        assert(got == (ssize_t)take);
        length += take;
        heard[length] = '\0';
        if (cr || strcmp(heard, "\"ACK\"") == 0)
            break;
    }
    heard[length] = '\0';
    return heard;
}
