#include "panels/term_crash.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "app/base/base.h"

/* A signal handler has no argument of ours, so this is the one mutable thing at file level: written
 * by term_crash_watch(), read by the handler, which may call nothing but write and tcsetattr. */
static struct {
    char bytes[TERM_CRASH_BYTES];
    size_t length;
    struct termios settings;
} restore;

static const int crash_signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };

static void crashed(int signal_number)
{
    ssize_t written = write(STDOUT_FILENO, restore.bytes, restore.length);

    (void)written;
    tcsetattr(STDOUT_FILENO, TCSANOW, &restore.settings);
    raise(signal_number);       /* SA_RESETHAND: this one kills, with its core. */
}

void term_crash_watch(struct span bytes, const struct termios *settings)
{
    struct sigaction action = { .sa_handler = crashed, .sa_flags = (int)SA_RESETHAND };

    restore.length = bytes.length < TERM_CRASH_BYTES ? bytes.length : TERM_CRASH_BYTES;
    if (restore.length)
        memcpy(restore.bytes, bytes.bytes, restore.length);
    restore.settings = *settings;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ARRAY_COUNT(crash_signals); i++)
        sigaction(crash_signals[i], &action, NULL);
}

void term_crash_unwatch(void)
{
    for (size_t i = 0; i < ARRAY_COUNT(crash_signals); i++)
        signal(crash_signals[i], SIG_DFL);
}
