"""TLS from the first byte on, with application protocols and certificates of clients.

    secure.py server ENDPOINT FOLDER PROTOCOLS CLIENTS
    secure.py client ENDPOINT FOLDER PROTOCOLS

PROTOCOLS are what the side speaks, the best first, with commas between them. CLIENTS is "any", or
"known" to ask for a certificate. The folder holds cert.pem and key.pem for localhost, authority.pem, and
the client's own certificate with its key as client.pem, if it has one.
"""

import os
import sys

from twisted.internet import interfaces, ssl
from twisted.internet.protocol import Protocol
from zope.interface import implementer

from peer import Reporting, main, say

folder = sys.argv[3]
protocols = [name.encode() for name in sys.argv[4].split(",") if name] or None


def read(name):
    with open(f"{folder}/{name}.pem") as file:
        return file.read()


def root():
    return ssl.trustRootFromCertificates([ssl.Certificate.loadPEM(read("authority"))])


@implementer(interfaces.IHandshakeListener)
class Side(Reporting, Protocol):
    def handshakeCompleted(self):
        peer = self.transport.getPeerCertificate()
        # After startTLS() the transport is still that of TCP, and TLS lies between.
        say("SPEAKS", (self.transport.protocol.negotiatedProtocol or b"nothing").decode())
        say("PEER", peer.get_subject().CN if peer else "nobody")


class Server(Side):
    """Sends back what it hears."""

    def connectionMade(self):
        own = ssl.PrivateCertificate.loadPEM(read("cert") + read("key"))
        self.transport.startTLS(
            ssl.CertificateOptions(
                privateKey=own.privateKey.original,
                certificate=own.original,
                trustRoot=root() if sys.argv[5] == "known" else None,
                acceptableProtocols=protocols,
            )
        )

    def dataReceived(self, data):
        self.transport.write(data)


class Client(Side):
    """Says something, and closes the connection when that has come back."""

    def connectionMade(self):
        own = None
        if os.path.exists(f"{folder}/client.pem"):
            own = ssl.PrivateCertificate.loadPEM(read("client"))
        options = ssl.optionsForClientTLS("localhost", root(), own, acceptableProtocols=protocols)
        self.transport.startTLS(options)
        self.transport.write(b"secret")

    def dataReceived(self, data):
        say("HEARD", data.decode())
        self.transport.loseConnection()


main(Server, Client)
