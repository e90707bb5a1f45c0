"""The app: answers with what the agent beside it says."""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen


class App(BaseHTTPRequestHandler):
    def do_GET(self):
        with urlopen(os.environ["ACME_AGENT"]) as agent:
            answer = agent.read()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)


ThreadingHTTPServer(("", int(os.environ["PORT"])), App).serve_forever()
