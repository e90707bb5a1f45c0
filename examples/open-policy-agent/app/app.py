"""The app: does what it is asked, if the policy beside it allows. It holds no rule of its own."""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen


def allowed(**request):
    question = json.dumps({"input": request}).encode()
    with urlopen(os.environ["POLICY"], question) as answer:
        return json.load(answer).get("result", False)


class App(BaseHTTPRequestHandler):
    def answer(self):
        user = self.headers["X-User"]
        allows = allowed(user=user, method=self.command, path=self.path.split("/")[1:])
        self.send_response(200 if allows else 403)
        self.end_headers()
        self.wfile.write(f"{user} may{'' if allows else ' not'} {self.command} {self.path}\n".encode())

    do_GET = do_DELETE = answer


ThreadingHTTPServer(("", int(os.environ["PORT"])), App).serve_forever()
