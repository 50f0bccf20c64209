/* certificates.h - keys and certificates of a test, made anew by openssl(1), good for two days:
 *
 *   ca      an authority          server    of localhost and 127.0.0.1, by ca
 *   other   a second one          wrong     of elsewhere.example, by ca
 *   client  "E1 tablet", by ca    stranger  "Mallory", by other
 *   late    of localhost, by ca, over since yesterday
 *
 * each as NAME.pem and NAME.key (mode 0600). */
#ifndef TESTS_CERTIFICATES_H
#define TESTS_CERTIFICATES_H

/* Writes them into `folder`; fails the running test when openssl cannot. */
void certificates_make(const char *folder);

#endif
