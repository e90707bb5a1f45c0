"""The app: greets who comes, by the name in the certificate that the proxy in front of it has checked."""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class App(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"Hello, {self.headers['X-Client']}!\n".encode())


ThreadingHTTPServer(("localhost", int(os.environ["PORT"])), App).serve_forever()
