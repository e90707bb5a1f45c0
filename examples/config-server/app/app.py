"""The app: answers with what its config server says."""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen


class App(BaseHTTPRequestHandler):
    def do_GET(self):
        with urlopen(os.environ["CONFIG_URL"]) as config:
            answer = config.read()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)


ThreadingHTTPServer(("", int(os.environ["PORT"])), App).serve_forever()
