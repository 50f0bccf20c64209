/* golden.h - expected texts kept in tests/golden, one file each. With ACCEPT=1 in the environment
 * (`make accept`) the files are rewritten instead, and their diff is then read by a person. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

/* Fails the running test, printing the lines that differ, unless `text` is the content of
 * tests/golden/NAME. */
#define golden_compare(name, text) golden_compare_at((name), (text), __FILE__, __LINE__)
void golden_compare_at(const char *name, const char *text, const char *file, int line);

#endif
