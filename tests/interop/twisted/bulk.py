"""20 MiB each way at the same time; each side pauses what it sends and what it receives."""

import hashlib
import os

from twisted.internet import interfaces, protocol, reactor
from zope.interface import implementer

from peer import Reporting, main, say

SIZE = 20 * 2**20
BLOCK = 64 * 2**10
REST = 2**20


@implementer(interfaces.IPushProducer)
class Producer:
    """Writes blocks until it is paused, and tells when it has written all."""

    def __init__(self, transport, done):
        self.transport, self.done = transport, done
        self.block = os.urandom(BLOCK)
        self.left, self.pauses, self.isPaused = SIZE, 0, False
        self.digest = hashlib.sha256()

    def pauseProducing(self):
        self.isPaused = True
        self.pauses += 1

    def stopProducing(self):
        self.isPaused = True

    def resumeProducing(self):
        self.isPaused = False
        while self.left > 0 and not self.isPaused:
            self.left -= BLOCK
            block = self.left.to_bytes(8, "big") + self.block[8:]
            self.digest.update(block)
            self.transport.write(block)
        if self.left == 0 and self.done is not None:
            self.transport.unregisterProducer()
            done, self.done = self.done, None
            done()


class Server(Reporting, protocol.Protocol):
    size, rests, isSent = 0, 0, False

    def connectionMade(self):
        self.digest = hashlib.sha256()
        self.producer = Producer(self.transport, self.sent)
        self.transport.registerProducer(self.producer, True)
        self.producer.resumeProducing()

    def sent(self):
        self.isSent = True
        say("SENT", SIZE, self.producer.digest.hexdigest())
        say("PAUSED", "yes" if self.producer.pauses > 0 else "no")
        self.look()

    def dataReceived(self, data):
        self.digest.update(data)
        self.size += len(data)
        if self.size // REST > self.rests:
            self.rests = self.size // REST
            self.transport.pauseProducing()
            reactor.callLater(0.001, self.transport.resumeProducing)
        if self.size == SIZE:
            say("RECEIVED", self.size, self.digest.hexdigest())
            self.look()

    def look(self):
        pass


class Client(Server):
    def look(self):
        if self.isSent and self.size == SIZE:
            self.transport.loseConnection()


main(Server, Client)
