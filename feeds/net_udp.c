#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/base/text.h"
#include "feeds/net.h"

enum {
    DATAGRAM_BYTES = 64 * 1024,
    AT_ONCE_MAX = 64,                   /* Datagrams read before the hub is heard again. */
    ROOM_BYTES = 4 * 1024 * 1024,       /* Asked of the kernel, which gives what it may. */
};

struct net_udp {
    struct feed *feed;
    net_datagram_fn *datagram;
    void *owner;
    int fd;
    uv_poll_t *poll;                    /* Owned until its close, which frees it. */
    uint32_t lost_seen;                 /* The kernel's own count, which wraps. */
    uint64_t lost;
    char bytes[DATAGRAM_BYTES];
};

/* ---- addresses ---- */

static bool address_read(const char *host, uint16_t port, struct sockaddr_storage *ret_address)
{
    memset(ret_address, 0, sizeof *ret_address);
    return uv_ip4_addr(host, port, (struct sockaddr_in *)(void *)ret_address) == 0
           || uv_ip6_addr(host, port, (struct sockaddr_in6 *)(void *)ret_address) == 0;
}

static socklen_t address_bytes(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                          : sizeof(struct sockaddr_in);
}

const char *net_from_text(const struct net_from *from, char text[NET_ADDRESS_BYTES])
{
    char host[INET6_ADDRSTRLEN] = "?";

    if (from->address.ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)&from->address;
        inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
        if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
            snprintf(text, NET_ADDRESS_BYTES, "%s:%u", strrchr(host, ':') + 1,
                     ntohs(v6->sin6_port));
        else
            snprintf(text, NET_ADDRESS_BYTES, "[%s]:%u", host, ntohs(v6->sin6_port));
        return text;
    }
    const struct sockaddr_in *v4 = (const void *)&from->address;
    inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
    snprintf(text, NET_ADDRESS_BYTES, "%s:%u", host, ntohs(v4->sin_port));
    return text;
}

/* ---- reading ---- */

/* What the kernel says beside a datagram: how many it has dropped since the socket was made. */
static void lost_note(struct net_udp *udp, struct msghdr *message)
{
    for (struct cmsghdr *head = CMSG_FIRSTHDR(message); head; head = CMSG_NXTHDR(message, head)) {
        uint32_t lost;
        if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SO_RXQ_OVFL)
            continue;
        memcpy(&lost, CMSG_DATA(head), sizeof lost);
        udp->lost += lost - udp->lost_seen;
        udp->lost_seen = lost;
    }
}

/* False: nothing is there now. */
static bool datagram_read(struct net_udp *udp)
{
    struct net_from from = { 0 };
    char beside[CMSG_SPACE(sizeof(uint32_t))];
    struct iovec room = { udp->bytes, sizeof udp->bytes };
    struct msghdr message = { .msg_name = &from.address, .msg_namelen = sizeof from.address,
                              .msg_iov = &room, .msg_iovlen = 1, .msg_control = beside,
                              .msg_controllen = sizeof beside };
    ssize_t length = recvmsg(udp->fd, &message, MSG_DONTWAIT);

    if (length < 0)
        return errno == EINTR || errno == ECONNREFUSED;     /* An answer of ours met nobody. */
    lost_note(udp, &message);
    udp->datagram(udp->owner, &from, span_from(udp->bytes, (size_t)length));
    return true;
}

static void readable(uv_poll_t *poll, int status, int events)
{
    struct net_udp *udp = poll->data;

    (void)events;
    feed_clock(udp->feed);
    for (uint32_t i = 0; status == 0 && i < AT_ONCE_MAX && datagram_read(udp); i++)
        ;
}

/* ---- the whole ---- */

static bool is_multicast(const struct sockaddr_storage *address)
{
    const struct sockaddr_in6 *v6 = (const void *)address;
    const struct sockaddr_in *v4 = (const void *)address;

    return address->ss_family == AF_INET6 ? IN6_IS_ADDR_MULTICAST(&v6->sin6_addr)
                                          : IN_MULTICAST(ntohl(v4->sin_addr.s_addr));
}

static bool group_join(int fd, const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET6) {
        struct ipv6_mreq v6 = {
            .ipv6mr_multiaddr = ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr };
        return setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &v6, sizeof v6) == 0;
    }
    struct ip_mreq v4 = {
        .imr_multiaddr = ((const struct sockaddr_in *)(const void *)address)->sin_addr };
    return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &v4, sizeof v4) == 0;
}

/* The socket at that address; -1 with errno. */
static int socket_open(const struct sockaddr_storage *address)
{
    int fd = socket(address->ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1, off = 0, room = ROOM_BYTES;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (address->ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (is_multicast(address))          /* Others on this machine may listen to the group too. */
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (const struct sockaddr *)address, address_bytes(address)) == 0
        && (!is_multicast(address) || group_join(fd, address)))
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

struct net_udp *net_udp_new(struct feed *feed, const struct net_place *place,
                            net_datagram_fn *datagram, void *owner, char *sentence,
                            size_t sentence_bytes)
{
    struct sockaddr_storage address;
    bool known = address_read(place->host[0] ? place->host : "::", place->port, &address);
    int fd = known ? socket_open(&address) : -1;

    if (fd < 0) {
        snprintf(sentence, sentence_bytes, "%s port %u cannot be listened at by UDP: %s",
                 place->host[0] ? place->host : "this machine", place->port,
                 known ? strerror(errno) : "it is no address");
        return NULL;
    }
    struct net_udp *udp = base_alloc(1, sizeof *udp);
    *udp = (struct net_udp){ .feed = feed, .datagram = datagram, .owner = owner, .fd = fd,
                             .poll = base_alloc(1, sizeof *udp->poll) };
    uv_poll_init(feed->loop, udp->poll, fd);
    udp->poll->data = udp;
    uv_poll_start(udp->poll, UV_READABLE, readable);
    return udp;
}

static void poll_freed(uv_handle_t *poll)
{
    base_free(poll);
}

void net_udp_free(struct net_udp *udp)
{
    if (!udp)
        return;
    uv_poll_stop(udp->poll);
    uv_close((uv_handle_t *)udp->poll, poll_freed);
    close(udp->fd);
    base_free(udp);
}

bool net_udp_answer(struct net_udp *udp, const struct net_from *from, struct span bytes)
{
    return sendto(udp->fd, bytes.bytes, bytes.length, MSG_DONTWAIT,
                  (const struct sockaddr *)&from->address, address_bytes(&from->address))
           == (ssize_t)bytes.length;
}

/* An IPv4 place as a socket of both families must name it. */
static void map_to_v6(struct net_from *to, const struct net_udp *udp)
{
    struct sockaddr_storage own = { 0 };
    socklen_t bytes = sizeof own;

    getsockname(udp->fd, (struct sockaddr *)&own, &bytes);
    if (own.ss_family != AF_INET6 || to->address.ss_family != AF_INET)
        return;
    struct sockaddr_in v4 = *(const struct sockaddr_in *)(const void *)&to->address;
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = v4.sin_port };
    v6.sin6_addr.s6_addr[10] = v6.sin6_addr.s6_addr[11] = 0xFF;
    memcpy(&v6.sin6_addr.s6_addr[12], &v4.sin_addr, 4);
    memcpy(&to->address, &v6, sizeof v6);
}

bool net_udp_send(struct net_udp *udp, const struct net_place *place, struct span bytes)
{
    struct net_from to;

    if (!address_read(place->host, place->port, &to.address))
        return false;
    map_to_v6(&to, udp);
    return net_udp_answer(udp, &to, bytes);
}

uint64_t net_udp_lost(const struct net_udp *udp)
{
    return udp->lost;
}

uint16_t net_udp_port(const struct net_udp *udp)
{
    struct sockaddr_storage own = { 0 };
    socklen_t bytes = sizeof own;

    getsockname(udp->fd, (struct sockaddr *)&own, &bytes);
    return ntohs(own.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)(void *)&own)->sin6_port
                                           : ((struct sockaddr_in *)(void *)&own)->sin_port);
}
