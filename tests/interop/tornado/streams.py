"""Tornado's end of the exercises in tornado_streams_test.ts.

    streams.py server <folder> plain|tls          prints "PORT 8000" and serves
    streams.py client <folder> plain|tls <port>   prints a line for each exercise

The folder holds authority.pem, certificate.pem and key.pem. The first line of a connection names
the exercise: "lines", "bytes <count>", "close <count>" or "starttls".
"""

import asyncio
import hashlib
import socket
import ssl
import sys

from tornado.iostream import StreamClosedError
from tornado.tcpclient import TCPClient
from tornado.tcpserver import TCPServer

LARGE = 4 << 20

role, folder, transport = sys.argv[1:4]

server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
server_context.load_cert_chain(folder + "/certificate.pem", folder + "/key.pem")
client_context = ssl.create_default_context(cafile=folder + "/authority.pem")


def pattern(count):
    return bytes(i * 7 % 251 for i in range(251)) * (count // 251) + bytes(
        i * 7 % 251 for i in range(count % 251)
    )


def digest(data):
    return hashlib.sha256(data).hexdigest().encode() + b"\n"


async def echo_lines(stream):
    while True:
        line = await stream.read_until(b"\n", max_bytes=100)
        await stream.write(line.upper())
        if line == b"bye\n":
            return


class Exercises(TCPServer):
    async def handle_stream(self, stream, address):
        try:
            stream = await self.exercise(stream)
        except StreamClosedError:
            pass
        stream.close()

    async def exercise(self, stream):
        words = (await stream.read_until(b"\n")).split()
        if words[0] == b"lines":
            await echo_lines(stream)
        elif words[0] == b"bytes":
            await stream.write(digest(await stream.read_bytes(int(words[1]))))
        elif words[0] == b"close":
            await stream.write(pattern(int(words[1])))
        elif words[0] == b"starttls":
            await stream.write(b"go\n")
            stream = await stream.start_tls(True, server_context)
            await echo_lines(stream)
        return stream


async def connect(port):
    options = client_context if transport == "tls" else None
    return await TCPClient().connect("localhost", port, af=socket.AF_INET, ssl_options=options)


async def talk(stream):
    for line in (b"hello\n", b"bye\n"):
        await stream.write(line)
        print("answer", (await stream.read_until(b"\n")).decode().strip(), flush=True)
    print("rest", await stream.read_until_close(), flush=True)


async def client(port):
    stream = await connect(port)
    await stream.write(b"lines\n")
    await talk(stream)

    stream = await connect(port)
    data = pattern(LARGE)
    written = stream.write(b"bytes %d\n" % len(data) + data)
    answer = await stream.read_until(b"\n")
    await written
    print("bytes", answer == digest(data), flush=True)
    stream.close()

    stream = await connect(port)
    await stream.write(b"close %d\n" % (LARGE))
    print("close", await stream.read_until_close() == data, flush=True)

    if transport == "plain":
        stream = await connect(port)
        await stream.write(b"starttls\n")
        await stream.read_until(b"\n")
        await talk(await stream.start_tls(False, client_context, "localhost"))


async def serve():
    server = Exercises(ssl_options=server_context if transport == "tls" else None)
    server.listen(0, "127.0.0.1")
    (listener,) = server._sockets.values()
    print("PORT", listener.getsockname()[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(serve() if role == "server" else client(int(sys.argv[4])))
