"""What the programs of this folder share: how they begin, report and end.

    program.py server ENDPOINT    serves one connection; prints "PORT n" where that has a number
    program.py client ENDPOINT    makes one connection

Each prints what it saw, one line an event, and ends with its connection. What it logs goes to
standard error; an error that nobody took makes the exit code 1.
"""

import sys

from twisted.internet import endpoints, protocol, reactor
from twisted.python import log

errors = []


def say(*words):
    print(*words, flush=True)


def begin():
    log.startLogging(sys.stderr, setStdout=False)
    log.addObserver(lambda event: event["isError"] and errors.append(event))


def end():
    """Stops the reactor, from within one of its calls."""
    reactor.stop()


def run():
    reactor.run()
    sys.exit(1 if errors else 0)


class Reporting:
    """Mixed into a protocol: reports the loss of the connection and ends the program."""

    def connectionLost(self, reason):
        say("LOST", reason.type.__name__)
        end()


def main(server, client):
    """Runs the part that the command line asks for; each is a class of protocols."""
    begin()
    role, description = sys.argv[1:3]
    if role == "server":
        factory = protocol.Factory.forProtocol(server)
        endpoints.serverFromString(reactor, description).listen(factory).addCallbacks(listens, failed)
    else:
        factory = protocol.Factory.forProtocol(client)
        endpoints.clientFromString(reactor, description).connect(factory).addErrback(failed)
    run()


def listens(port):
    say("PORT", getattr(port.getHost(), "port", 0))


def failed(reason):
    log.err(reason)
    end()
