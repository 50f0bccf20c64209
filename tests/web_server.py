#!/usr/bin/env python3
"""web_server.py FOLDER: a web server that behaves and misbehaves, for tests of polite polling.

Serves FOLDER/www on loopback, on a port each for plain HTTP and for TLS with the certificates of
tests/certificates.h (trusted, of another name, expired, and one that asks for ours). Writes the
ports to FOLDER/ports, one word and number a line, and every request as a JSON line to
FOLDER/requests. A path that starts with /~ is a way to misbehave, see the functions below; any other
is a file, served with ETag and Last-Modified, and 304 to whoever has it.
"""
import email.utils
import gzip
import hashlib
import http.server
import json
import os
import socketserver
import ssl
import sys
import threading
import time

folder = sys.argv[1]
lock = threading.Lock()
counts = {}
TYPES = {".cap": "application/cap+xml", ".atom": "application/atom+xml",
         ".rss": "application/rss+xml", ".json": "application/geo+json", ".html": "text/html"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def note(self):
        with lock:
            counts[self.path] = counts.get(self.path, 0) + 1
            with open(os.path.join(folder, "requests"), "a") as log:
                log.write(json.dumps({"path": self.path, "count": counts[self.path],
                                      "at_ms": int(time.time() * 1000),
                                      "headers": {k.lower(): v for k, v in self.headers.items()}})
                          + "\n")
        return counts[self.path]

    def answer(self, status, body=b"", headers=(), length=None):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if length is None:
            length = len(body)
        if length >= 0 and status != 304:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        with open(os.path.join(folder, "www", "one.cap"), "rb") as file:
            return file.read()

    def do_GET(self):
        count = self.note()
        path = self.path.split("?")[0]
        if path.startswith("/~"):
            getattr(self, "do_" + path[2:].split("/")[0])(count)
        else:
            self.file(path)

    def file(self, path):
        name = os.path.join(folder, "www", path.lstrip("/"))
        if not os.path.isfile(name):
            return self.answer(404, b"<html>nothing here</html>")
        with open(name, "rb") as file:
            body = file.read()
        tag = '"' + hashlib.sha1(body).hexdigest()[:12] + '"'
        headers = [("ETag", tag),
                   ("Last-Modified", email.utils.formatdate(os.stat(name).st_mtime, usegmt=True)),
                   ("Content-Type", TYPES.get(os.path.splitext(name)[1], "text/xml"))]
        if self.headers.get("If-None-Match") == tag:
            return self.answer(304, headers=headers)
        if "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > 200:
            return self.answer(200, gzip.compress(body),
                               headers + [("Content-Encoding", "gzip")])
        self.answer(200, body, headers)

    # ---- ways to misbehave, and to be strict ----

    def do_gone(self, count):
        self.answer(410)

    def do_busy(self, count):
        if count == 1:
            return self.answer(429, headers=[("Retry-After", "3")])
        self.answer(200, self.body())

    def do_busydate(self, count):
        if count == 1:
            when = email.utils.formatdate(time.time() + 4, usegmt=True)
            return self.answer(503, headers=[("Retry-After", when)])
        self.answer(200, self.body())

    def do_fresh(self, count):
        self.answer(200, self.body(), [("Cache-Control", "public, max-age=4")])

    def do_weak(self, count):
        tag = 'W/"a, odd \\"tag"'
        if self.headers.get("If-None-Match") == tag:
            return self.answer(304, headers=[("ETag", tag)])
        self.answer(200, self.body(), [("ETag", tag)])

    def do_dated(self, count):
        date = "Sun, 06 Nov 1994 08:49:37 GMT"
        if self.headers.get("If-Modified-Since") == date:
            return self.answer(304)
        self.answer(200, self.body(), [("Last-Modified", date)])

    def do_status(self, count):
        self.answer(int(self.path.split("/")[-1]))

    def do_bomb(self, count):
        self.answer(200, gzip.compress(b"<a/>" + b" " * 7000000), [("Content-Encoding", "gzip")])

    def do_huge(self, count):
        self.answer(200, b"x" * 100000, length=500000000)

    def do_endless(self, count):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        try:
            while True:
                self.wfile.write(piece)
        except OSError:
            pass

    def do_headers(self, count):
        self.answer(200, self.body(), [("X-Filler-%d" % i, "y" * 1000) for i in range(100)])

    def do_slow(self, count):
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"<")
                time.sleep(0.2)
        except OSError:
            pass

    def do_silent(self, count):
        time.sleep(30)

    def do_short(self, count):
        self.answer(200, self.body()[:100], length=4000)
        self.close_connection = True

    def do_cutgzip(self, count):
        self.answer(200, gzip.compress(self.body())[:-20], [("Content-Encoding", "gzip")])

    def do_brotli(self, count):
        self.answer(200, b"\x0b\x02", [("Content-Encoding", "br")])

    def do_nohttp(self, count):
        self.wfile.write(b"220 mail.example ESMTP\r\n")
        self.close_connection = True

    def do_moved(self, count):
        self.answer(301, headers=[("Location", "/one.cap")])

    def do_round(self, count):
        self.answer(302, headers=[("Location", "/~round")])

    def do_elsewhere(self, count):
        port = self.server.server_address[1]
        self.answer(302, headers=[("Location", "http://localhost:%d/one.cap?key=1" % port)])

    def do_port(self, count):
        self.answer(302, headers=[("Location", "http://127.0.0.1:9/one.cap")])

    def do_open(self, count):
        self.answer(307, headers=[("Location", "http://localhost:%d/one.cap" % ports["http"])])

    def do_file(self, count):
        self.answer(302, headers=[("Location", "file:///etc/passwd")])

    def do_nowhere(self, count):
        self.answer(302)

    def do_basic(self, count):          # KIM:secret
        self.strict("authorization", "Basic S0lNOnNlY3JldA==")

    def do_bearer(self, count):
        self.strict("authorization", "Bearer secret")

    def do_key(self, count):
        self.strict("x-api-key", "secret")

    def strict(self, name, value):
        if self.headers.get(name) != value:
            return self.answer(401)
        self.answer(200, self.body())


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


def context(name, asks=False):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".key"))
    if asks:
        made.verify_mode = ssl.CERT_REQUIRED
        made.load_verify_locations(os.path.join(folder, "ca.pem"))
    return made


ports = {}
for word, tls in (("http", None), ("https", "server"), ("wrong", "wrong"), ("late", "late"),
                  ("mutual", "server")):
    if tls and not os.path.exists(os.path.join(folder, "ca.pem")):
        continue
    server = Server(("127.0.0.1", 0), Handler)
    ports[word] = server.server_address[1]
    if tls:
        server.socket = context(tls, word == "mutual").wrap_socket(server.socket, server_side=True,
                                                                   do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
with open(os.path.join(folder, "ports.new"), "w") as out:
    out.write("".join("%s %d\n" % pair for pair in ports.items()))
os.rename(os.path.join(folder, "ports.new"), os.path.join(folder, "ports"))
threading.Event().wait()
