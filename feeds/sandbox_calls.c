#define _GNU_SOURCE             /* CLONE_NEWUSER */
#include "feeds/sandbox_calls.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* What no adapter and no program of a supplier has a use for. */
static const int closed_calls[] = {
#ifndef __SANITIZE_ADDRESS__        /* Whose leak check stops its own threads so. */
    SCMP_SYS(ptrace),
#endif
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(kcmp),
    SCMP_SYS(pidfd_getfd), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(keyctl),
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(setns),
    SCMP_SYS(unshare), SCMP_SYS(open_by_handle_at), SCMP_SYS(fsopen), SCMP_SYS(open_tree),
    SCMP_SYS(move_mount), SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(acct),
    SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(quotactl), SCMP_SYS(syslog),
    SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(clock_adjtime), SCMP_SYS(adjtimex),
    SCMP_SYS(sethostname), SCMP_SYS(setdomainname), SCMP_SYS(vhangup), SCMP_SYS(iopl),
    SCMP_SYS(ioperm),
};

/* A Unix socket would reach the hub as its own user does, and could command it; packets and raw
 * sockets go past every rule of the network. Pairs (socketpair) stay: they lead nowhere. */
static const int closed_families[] = { AF_UNIX, AF_PACKET, AF_VSOCK };
static const int network_families[] = { AF_INET, AF_INET6 };
enum { SOCKET_TYPE_MASK = 0xF };

static bool close_call(scmp_filter_ctx filter, int call)
{
    int failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);

    return failed == 0 || failed == -EEXIST || failed == -EDOM;     /* Not on this machine. */
}

static bool close_family(scmp_filter_ctx filter, int family)
{
    return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1,
                            SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)family, 0)) == 0;
}

static bool sockets_close(scmp_filter_ctx filter, enum sandbox_network network)
{
    bool closed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1,
                                   SCMP_A1_32(SCMP_CMP_MASKED_EQ, SOCKET_TYPE_MASK,
                                              (uint32_t)SOCK_RAW)) == 0;

    for (size_t i = 0; i < ARRAY_COUNT(closed_families); i++)
        closed = close_family(filter, closed_families[i]) && closed;
    for (size_t i = 0; network == SANDBOX_OFFLINE && i < ARRAY_COUNT(network_families); i++)
        closed = close_family(filter, network_families[i]) && closed;
    return closed;
}

/* A new user namespace is a new kernel to try; what clone3() is asked cannot be seen by a filter,
 * so it is not there (libraries then use clone()). TIOCSTI types into somebody's terminal. */
static bool tricks_close(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0
           && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                               SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER)) == 0
           && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
                               SCMP_A1_32(SCMP_CMP_EQ, (uint32_t)TIOCSTI, 0)) == 0;
}

bool sandbox_close_calls(enum sandbox_network network)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    bool closed = filter != NULL;

    if (!filter)
        return false;
#ifdef __x86_64__
    /* A 32-bit program numbers its calls otherwise. */
    closed = seccomp_arch_add(filter, SCMP_ARCH_X86) == 0
             && seccomp_arch_add(filter, SCMP_ARCH_X32) == 0;
#endif
    for (size_t i = 0; closed && i < ARRAY_COUNT(closed_calls); i++)
        closed = close_call(filter, closed_calls[i]);
    closed = closed && sockets_close(filter, network) && tricks_close(filter)
             && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return closed;
}
