"""Strings with their length in four bytes before them, and one that is too long."""

from twisted.protocols.basic import Int32StringReceiver

from peer import Reporting, main, say


class Server(Reporting, Int32StringReceiver):
    """Sends strings back, the last byte first."""

    def stringReceived(self, string):
        self.sendString(string[::-1])


class Client(Reporting, Int32StringReceiver):
    answers = 0

    def connectionMade(self):
        for string in [b"", b"a", b"hello", bytes(range(256)), b"x" * 99998 + b"y"]:
            self.sendString(string)

    def stringReceived(self, string):
        self.answers += 1
        say("STRING", len(string), string[:5].hex())
        if self.answers == 5:
            # Only the length, so that nothing is left unread when the other side closes.
            self.transport.write((100000).to_bytes(4, "big"))


main(Server, Client)
