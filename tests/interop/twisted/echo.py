"""Echo, and what each side has to say when the other has said all."""

from twisted.internet import interfaces, protocol
from zope.interface import implementer

from peer import Reporting, main, say


@implementer(interfaces.IHalfCloseableProtocol)
class Server(Reporting, protocol.Protocol):
    def dataReceived(self, data):
        self.transport.write(data)

    def readConnectionLost(self):
        say("READ LOST")
        self.transport.write(b"goodbye")
        self.transport.loseConnection()

    def writeConnectionLost(self):
        say("WRITE LOST")


@implementer(interfaces.IHalfCloseableProtocol)
class Client(Reporting, protocol.Protocol):
    received = b""

    def connectionMade(self):
        for piece in [b"one, ", b"two, ", b"three, "]:
            self.transport.write(piece)
        self.transport.loseWriteConnection()

    def dataReceived(self, data):
        self.received += data

    def writeConnectionLost(self):
        say("WRITE LOST")

    def readConnectionLost(self):
        say("READ LOST")
        say("RECEIVED", self.received.decode())
        self.transport.loseConnection()


main(Server, Client)
