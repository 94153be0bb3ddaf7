"""Datagrams: the server sends them back with a mark, the client sends the next one for each answer.

    datagrams.py server
    datagrams.py client PORT
"""

import sys

from twisted.internet import protocol, reactor

from peer import begin, end, run, say


class Server(protocol.DatagramProtocol):
    def datagramReceived(self, data, address):
        self.transport.write(b">" + data, address)
        if data == b"end":
            self.transport.stopListening().addCallback(lambda _: end())


class Client(protocol.DatagramProtocol):
    def __init__(self, port):
        self.port = port
        self.packets = [b"one", b"", bytes(range(256)) * 31, b"end"]

    def startProtocol(self):
        self.transport.connect("127.0.0.1", self.port)
        self.transport.write(self.packets.pop(0))

    def datagramReceived(self, data, address):
        say("DATAGRAM", len(data), data[:4].hex())
        if not self.packets:
            end()
        else:
            self.transport.write(self.packets.pop(0))


begin()
if sys.argv[1] == "server":
    port = reactor.listenUDP(0, Server(), interface="127.0.0.1")
    say("PORT", port.getHost().port)
else:
    reactor.listenUDP(0, Client(int(sys.argv[2])), interface="127.0.0.1")
run()
