"""The app: counts what it worked out itself; what its cache has, it need not work out again."""
import os
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

worked_out = 0


def redis(*words):
    """One command in Redis' own protocol. The value it answers with, or None."""
    with socket.socket(socket.AF_UNIX) as cache:
        cache.settimeout(1)
        cache.connect(os.environ["CACHE"])
        cache.sendall(f"*{len(words)}\r\n".encode() + b"".join(b"$%d\r\n%s\r\n" % (len(each), each) for each in words))
        head, _, value = cache.recv(65536).partition(b"\r\n")
        return value.removesuffix(b"\r\n") if head[:1] == b"$" and head != b"$-1" else None


def answer(question):
    global worked_out
    try:
        known = redis(b"GET", question)
    except OSError:
        return b"The cache is away."
    if known is None:
        worked_out += 1
        known = question[::-1]
        redis(b"SET", question, known)
    return known


class App(BaseHTTPRequestHandler):
    def do_GET(self):
        said = answer(self.path[1:].encode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"%s (worked out: %d)\n" % (said, worked_out))


ThreadingHTTPServer(("", int(os.environ["PORT"])), App).serve_forever()
