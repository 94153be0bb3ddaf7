"""Lines, raw data between them, and a line that is too long."""

from twisted.protocols.basic import LineReceiver

from peer import Reporting, main, say


class Server(Reporting, LineReceiver):
    """Sends lines back, the last byte first; takes as many raw bytes as "RAW n" says."""

    left = 0

    def lineReceived(self, line):
        if line.startswith(b"RAW "):
            self.left, self.raw = int(line[4:]), b""
            self.setRawMode()
        else:
            self.sendLine(line[::-1])

    def rawDataReceived(self, data):
        self.raw += data[: self.left]
        rest, self.left = data[self.left :], max(self.left - len(data), 0)
        if self.left == 0:
            self.sendLine(b"raw " + self.raw.hex().encode())
            self.setLineMode(rest)


class Client(Reporting, LineReceiver):
    """Begins the conversation that the test expects, and goes on when it has its answers."""

    answers = 0

    def connectionMade(self):
        self.transport.write(b"hello\r\n\r\n" + "grün".encode() + b"\r\na\rb\nc\r\n")
        self.sendLine(b"x" * 16383 + b"y")
        self.transport.write(b"RAW 10\r\n01234\r\n789after\r\n")

    def lineReceived(self, line):
        self.answers += 1
        say("LINE", len(line), repr(line[:10]))
        if self.answers == 7:
            # Without an end, so that nothing is left unread when the other side closes.
            self.transport.write(b"z" * 16386)


main(Server, Client)
