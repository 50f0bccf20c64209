/* sandbox_calls.h - the calls of the kernel that no feed needs, closed by seccomp: looking into
 * other processes, the kernel's own insides, mounting, loading, the clock, and the sockets that
 * would lead to the hub as if a person came, or past the network's rules. The door to libseccomp.
 * */
#ifndef FEEDS_SANDBOX_CALLS_H
#define FEEDS_SANDBOX_CALLS_H

#include "feeds/sandbox.h"

/* Closes them for this process and all it starts; needs no_new_privs (sandbox_limit). What is
 * closed answers EPERM. False: this kernel has no seccomp filters, nothing was closed. */
bool sandbox_close_calls(enum sandbox_network network);

#endif
