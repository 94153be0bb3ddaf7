"""Tornado's own HTTP server: prints "PORT 8000" and says hello.

With "web" it is the application that Tornado's documentation begins with, with "bare" a function
that answers requests, with nothing above the server itself.
"""

import logging
import sys

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, ResponseStartLine
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

TEXT = "Hello, world!\n"
START = ResponseStartLine("HTTP/1.1", 200, "OK")


class Hello(RequestHandler):
    def get(self):
        self.write(TEXT)


def answer(request):
    headers = HTTPHeaders(
        {"Content-Type": "text/plain; charset=UTF-8", "Content-Length": str(len(TEXT))}
    )
    request.connection.write_headers(START, headers, TEXT.encode())
    request.connection.finish()


logging.disable(logging.INFO)
server = HTTPServer(Application([("/", Hello)]) if sys.argv[1] == "web" else answer)
sockets = bind_sockets(0, "127.0.0.1")
server.add_sockets(sockets)
print("PORT", sockets[0].getsockname()[1], flush=True)
IOLoop.current().start()
