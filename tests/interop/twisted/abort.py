"""The server writes more than fits on the way and aborts, when it is asked for it."""

from twisted.internet import protocol

from peer import Reporting, main, say


class Server(Reporting, protocol.Protocol):
    def dataReceived(self, data):
        self.transport.write(bytes(8 * 2**20))
        self.transport.abortConnection()


class Client(Reporting, protocol.Protocol):
    size = 0

    def connectionMade(self):
        self.transport.write(b"please")

    def dataReceived(self, data):
        self.size += len(data)

    def connectionLost(self, reason):
        say("RECEIVED", self.size)
        super().connectionLost(reason)


main(Server, Client)
