#include "tests/certificates.h"

#include "tests/check.h"
#include "tests/process.h"

static const char script[] =
    "set -e; umask 077; cd \"$1\"\n"
    "new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'\n"
    "ca() { openssl req -x509 $new -days 2 -subj /CN=$1 -keyout $1.key -out $1.pem; }\n"
    "leaf() { openssl req $new -subj \"/CN=$2\" -keyout $1.key -out $1.csr\n"
    "  echo \"$4\" >$1.ext\n"
    "  openssl x509 -req -in $1.csr -CA $3.pem -CAkey $3.key -CAcreateserial -days $5"
    " -extfile $1.ext -out $1.pem; }\n"
    "{ ca ca; ca other\n"
    "leaf server tak.example ca 'subjectAltName=DNS:localhost,IP:127.0.0.1' 2\n"
    "leaf wrong tak.example ca 'subjectAltName=DNS:elsewhere.example' 2\n"
    "leaf late tak.example ca 'subjectAltName=DNS:localhost,IP:127.0.0.1' -1\n"
    "leaf client 'E1 tablet' ca 'extendedKeyUsage=clientAuth' 2\n"
    "leaf stranger Mallory other 'extendedKeyUsage=clientAuth' 2\n"
    "} >made.log 2>&1\n";

void certificates_make(const char *folder)
{
    const char *const arguments[] = { "sh", "-c", script, "sh", folder, NULL };
    struct process_options options = { .arguments = arguments, .out_path = "/dev/null",
                                       .err_path = "/dev/null" };
    struct ending ending = { .exit_code = -1 };

    child_wait(process_start(&options), clock_ms() + DEADLINE_MS, &ending);
    if (ending.exit_code != 0)
        fail_msg("openssl could not make certificates: see %s/made.log", folder);
}
