"""Opens a socket, hands it down to a program as descriptor 3, and tells what came of it as JSON.

hand_down.py KIND PATH COMMAND...
"""

import json
import os
import socket
import subprocess
import sys

kind, path, *command = sys.argv[1:]
TIMEOUT = 20


def start(inherited):
    def hand_down():
        os.dup2(inherited.fileno(), 3)
        os.set_inheritable(3, True)
        # As a service manager tells it: by now the number of the process is known.
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="web")

    return subprocess.Popen(
        command, preexec_fn=hand_down, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )


def listener():
    if kind == "unix listener":
        sock = socket.socket(socket.AF_UNIX)
        sock.bind(path)
    elif kind == "IPv6 listener":
        sock = socket.socket(socket.AF_INET6)
        sock.bind(("::1", 0))
    else:
        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
    sock.listen(5)
    sock.settimeout(TIMEOUT)
    return sock


def connect(sock):
    client = socket.socket(sock.family)
    client.settimeout(TIMEOUT)
    client.connect(sock.getsockname())
    return client


def talk(client):
    client.sendall(b"hello")
    text = client.recv(100)
    client.shutdown(socket.SHUT_WR)
    return [text.decode(), client.recv(100).decode()]


results = {}
if kind.endswith("listener"):
    parent = listener()
    results["address"] = parent.getsockname()
    early = connect(parent)
    child = start(parent)
    results["early"] = talk(early)
    results["code"] = child.wait(TIMEOUT)
    late = connect(parent)
    parent.accept()[0].sendall(b"parent")
    results["late"] = late.recv(100).decode()
    if kind == "unix listener":
        results["file"] = os.path.exists(path)
elif kind.endswith("connection"):
    if kind == "unix connection":
        near, far = socket.socketpair()
    else:
        parent = listener()
        near = connect(parent)
        far = parent.accept()[0]
        results["address"] = near.getsockname()
        results["peer"] = near.getpeername()
    near.settimeout(TIMEOUT)
    child = start(far)
    far.close()
    results["talk"] = talk(near)
    results["code"] = child.wait(TIMEOUT)
else:
    if kind == "file":
        inherited = open(os.devnull)
    elif kind == "datagram":
        inherited = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        inherited.bind(("127.0.0.1", 0))
    else:
        inherited = socket.socket()
        inherited.bind(("127.0.0.1", 0))
        if kind == "unconnected":
            inherited.listen(5)
    child = start(inherited)
    results["code"] = child.wait(TIMEOUT)
results["said"] = [json.loads(line) for line in child.stdout.read().splitlines()]
print(json.dumps(results))
