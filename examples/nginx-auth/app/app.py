"""The app: greets whom the proxy in front of it has let in. It knows nothing of passwords."""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class App(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"Hello, {self.headers['X-User']}!\n".encode())


ThreadingHTTPServer(("localhost", int(os.environ["PORT"])), App).serve_forever()
