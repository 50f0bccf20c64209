#include "feeds/webhook_answer.h"

#include <string.h>

static const struct {
    int status;
    const char *words, *header;         /* One more header, with its line end. */
} answers[] = {
    { 200, "OK", "" },
    { 400, "Bad Request", "" },
    { 401, "Unauthorized", "WWW-Authenticate: Bearer\r\n" },
    { 404, "Not Found", "" },
    { 405, "Method Not Allowed", "Allow: POST\r\n" },
    { 408, "Request Timeout", "" },
    { 413, "Content Too Large", "" },
    { 415, "Unsupported Media Type", "" },
    { 417, "Expectation Failed", "" },
    { 422, "Unprocessable Content", "" },
    { 429, "Too Many Requests", "Retry-After: 1\r\n" },
    { 431, "Request Header Fields Too Large", "" },
    { 501, "Not Implemented", "" },
    { 503, "Service Unavailable", "Retry-After: 5\r\n" },
    { 505, "HTTP Version Not Supported", "" },
};

void webhook_answer_write(int status, const char *sentence, enum webhook_after after,
                          struct buffer *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(answers); i++)
        if (answers[i].status == status) {
            buffer_print(out, "HTTP/1.1 %d %s\r\n%sContent-Type: text/plain; charset=utf-8\r\n"
                         "Content-Length: %zu\r\n%s\r\n%s\n", status, answers[i].words,
                         answers[i].header, strlen(sentence) + 1,
                         after == CLOSE_AFTER ? "Connection: close\r\n" : "", sentence);
            return;
        }
    assert(false && "a status without its words");
}
