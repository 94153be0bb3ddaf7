"""Lines, then TLS in the middle of the dialogue, then lines again.

    starttls.py server ENDPOINT FOLDER
    starttls.py client ENDPOINT FOLDER NAME

The folder holds cert.pem, key.pem and authority.pem; the certificate must be for NAME.
"""

import sys

from twisted.internet import interfaces, ssl
from twisted.protocols.basic import LineReceiver
from zope.interface import implementer

from peer import Reporting, main, say


def read(name):
    with open(f"{sys.argv[3]}/{name}.pem") as file:
        return file.read()


class Server(Reporting, LineReceiver):
    """Goes over to TLS at "STARTTLS"; sends other lines back, the last byte first."""

    def lineReceived(self, line):
        if line == b"STARTTLS":
            self.sendLine(b"READY")
            certificate = ssl.PrivateCertificate.loadPEM(read("cert") + read("key"))
            self.transport.startTLS(certificate.options())
        elif line == b"QUIT":
            self.sendLine(b"BYE")
            self.transport.loseConnection()
        else:
            self.sendLine(line[::-1])


@implementer(interfaces.IHandshakeListener)
class Client(Reporting, LineReceiver):
    def connectionMade(self):
        self.sendLine(b"plain")

    def lineReceived(self, line):
        say("LINE", len(line), line[:10].decode())
        if line == b"nialp":
            self.sendLine(b"STARTTLS")
        elif line == b"READY":
            root = ssl.trustRootFromCertificates([ssl.Certificate.loadPEM(read("authority"))])
            options = ssl.optionsForClientTLS(sys.argv[4], root)
            self.transport.startTLS(options)
            self.sendLine(b"secret")
            for letter in [b"a", b"b", b"c"]:
                self.sendLine(letter * 16384)
            self.sendLine(b"QUIT")

    def handshakeCompleted(self):
        say("SECURED", self.transport.getPeerCertificate().get_subject().CN)


main(Server, Client)
