/**
 * The ids that have no test, each with the reason why.
 *
 * @module
 */

/** Reasons by id. A reason for an id that has a test fails the conformance test. */
export const REASONS: Readonly<Record<string, string>> = {
  "AIO-01": "There is no asyncio: the foreign loop is Tornado's, and a bridge is given it.",
  "AIO-02": "There is no asyncio: the foreign loop is Tornado's, and a bridge is given it.",
  "AIO-03": "There is no asyncio, so no proactor loop to refuse.",
  "AIO-04": "There is no asyncio, so no proactor loop to refuse.",
  "AIO-05": "There is no asyncio, so no selector loop to accept.",
  "AIO-06": "There is no asyncio, so no policy.",
  "AIO-07": "There is no asyncio, so no policy.",
  "AIO-08":
    "The clock is monotonic and has no epoch, by decision; INET-33 and INET-34 assert what it gives.",
  "BASE-06": "JavaScript has one text for an object, not two; BASE-05 asserts it.",
  "DBL-32": "There are no file objects: a StringIO that cannot be closed stands for none here.",
  "DEFER-06": "JavaScript has no keyword arguments.",
  "DEFER-75": "JavaScript has no current exception that errback() could take without an argument.",
  "DEFER-76": "JavaScript has no current exception that errback() could take without an argument.",
  "DEFER-77": "JavaScript has no frames whose variables a Failure could capture.",
  "DEFER-78": "JavaScript has no frames whose variables a Failure could capture.",
  "DEFER-84": "There is no registry of subclasses.",
  "DEFER-165": "The deprecated function defer.timeout does not exist here.",
  "DEFER-174": "AsyncLocalStorage has no tokens to reset.",
  "FACT-03": "There is no pickle: a function or a connection cannot be serialised.",
  "FACT-04": "There is no pickle: a function or a connection cannot be serialised.",
  "FACT-05": "There is no pickle; resetDelay() begins anew.",
  "INL-12": "The deprecated function returnValue does not exist here: a generator returns.",
  "INL-14": "The deprecated function returnValue does not exist here.",
  "INL-15": "Python's StopIteration in tracebacks: JavaScript returns without an exception.",
  "INL-16": "Python's StopIteration in tracebacks: JavaScript returns without an exception.",
  "INL-28": "The non-local exit is one of returnValue, which does not exist here.",
  "INL-29": "The non-local exit is one of returnValue, which does not exist here.",
  "IO-57": "Deno has one poller; there is no select() to choose.",
  "IO-58": "There is no asyncio; IO-56 asserts the default and IO-60 the choice.",
  "IO-59": "There is no asyncio; IO-56 asserts the default and IO-60 the choice.",
  "LINE-51": "The compatibility attribute recvd does not exist here.",
  "LINE-52":
    "The compatibility attribute recvd does not exist here: LINE-53 asserts clearBuffer().",
  "LINE-54": "The compatibility attribute recvd does not exist here.",
  "MAIN-03":
    "Its AssertionError is of old. The kin of that here, InvariantError, says that this package is broken, which a second install is not; MAIN-02 asserts the class and its code.",
  "NCLI-72": "There is no ThreadedResolver to deprecate.",
  "POSIXB-14": "There are no deprecation warnings about a waker.",
  "PROC-08": "There are no system calls that a signal could interrupt: Deno makes them.",
  "PROC-28": "It asserts a warning of Python that a class is deprecated.",
  "PROC-29":
    "It asserts that a module cannot be imported on Windows; there is one class for all systems.",
  "PROC-30": "Nobody reaps by hand: Deno waits for its children.",
  "PROC-31": "Nobody reaps by hand: Deno waits for its children.",
  "PROC-32": "The plan of descriptors for posix_spawn is Deno's; PROC-09 asserts what a child has.",
  "PROC-33": "The plan of descriptors for posix_spawn is Deno's; PROC-09 asserts what a child has.",
  "PROC-34": "The plan of descriptors for posix_spawn is Deno's; PROC-09 asserts what a child has.",
  "PROC-35": "The plan of descriptors for posix_spawn is Deno's; PROC-09 asserts what a child has.",
  "PROC-36": "The plan of descriptors for posix_spawn is Deno's; PROC-09 asserts what a child has.",
  "PROC-37": "The plan of descriptors for posix_spawn is Deno's; PROC-09 asserts what a child has.",
  "PROC-38": "The plan of descriptors for posix_spawn is Deno's; PROC-09 asserts what a child has.",
  "PROC-39": "The plan of descriptors for posix_spawn is Deno's; PROC-09 asserts what a child has.",
  "TASK-33": "The deprecated attribute LoopingCall.deferred does not exist here.",
  "THR-10": "It asserts a warning of Python that a function is deprecated.",
  "TCP-01": "A test double or helper of Twisted's own tests.",
  "TCP-02": "A test double or helper of Twisted's own tests.",
  "TCP-03": "A test double or helper of Twisted's own tests.",
  "TCP-17": "A test double or helper of Twisted's own tests.",
  "TCP-18": "A test double or helper of Twisted's own tests.",
  "TCP-19": "A test double or helper of Twisted's own tests.",
  "TCP-20": "A test double or helper of Twisted's own tests.",
  "TCP-21": "A test double or helper of Twisted's own tests.",
  "TCP-22": "A test double or helper of Twisted's own tests.",
  "TCP-23": "A test double or helper of Twisted's own tests.",
  "TCP-24": "A test double or helper of Twisted's own tests.",
  "TCP-25": "A test double or helper of Twisted's own tests.",
  "TCP-26": "A test double or helper of Twisted's own tests.",
  "TCP-08": "There is no deprecated return value: dataReceived returns nothing.",
  "TCP-32":
    "A link-local address needs an interface that a test cannot count on; a scope stays in the host.",
  "TCP-35":
    "A link-local address needs an interface that a test cannot count on; a scope stays in the host.",
  "TCP-38":
    "A link-local address needs an interface that a test cannot count on; a scope stays in the host.",
  "TCP-41":
    "A link-local address needs an interface that a test cannot count on; a scope stays in the host.",
  "TCP-65": "There is no helper that resolves literals by getaddrinfo: a host is taken as it is.",
  "TCP-66": "There is no helper that resolves literals by getaddrinfo: a host is taken as it is.",
  "TCP-67": "There is no helper that resolves literals by getaddrinfo: a host is taken as it is.",
  "TCP-68": "There is no buffer of log events at accept: nothing is logged there.",
  "TCP-69": "There is no buffer of log events at accept: nothing is logged there.",
  "TCP-70": "There is no buffer of log events at accept: nothing is logged there.",
  "INET-49": "A reactor does not fork: every process starts with one of its own.",
  "POSIXB-12": "There is no deprecated loseConnection to be called instead of stopListening.",
  "UNIX-06": "Deno has no way to send a descriptor over a socket.",
  "UNIX-07": "Deno has no way to send a descriptor over a socket.",
  "UNIX-08": "Deno has no way to send a descriptor over a socket.",
  "UNIX-09": "Deno has no way to send a descriptor over a socket.",
  "UNIX-10": "Deno has no way to send a descriptor over a socket.",
  "UNIX-11": "Deno has no way to send a descriptor over a socket.",
  "UNIX-12": "Deno has no way to send a descriptor over a socket.",
  "UNIX-13": "Deno has no way to send a descriptor over a socket.",
  "UNIX-16": "Deno has no way to adopt a descriptor: every stream is one that it opened.",
  "POSIXB-13":
    "A connected port of UNIX datagrams cannot fail to connect: the system is not asked to connect it. That nobody listens is told by connectionRefused, and the port stays; tests/contract/unix_datagram_contract.ts asserts it.",
  "SOCK-01":
    "There is no IReactorSocket: no socket of Deno tells its descriptor or is made of one; only node:net listens on one that a parent process has handed down. Programs share a port by reusePort (NU-08) or TCPServer.start(n).",
  "SOCK-02":
    "There is no IReactorSocket: no socket of Deno tells its descriptor or is made of one; only node:net listens on one that a parent process has handed down. Programs share a port by reusePort (NU-08) or TCPServer.start(n).",
  "SOCK-03":
    "There is no IReactorSocket: no socket of Deno tells its descriptor or is made of one; only node:net listens on one that a parent process has handed down. Programs share a port by reusePort (NU-08) or TCPServer.start(n).",
  "SOCK-04":
    "There is no IReactorSocket: no socket of Deno tells its descriptor or is made of one; only node:net listens on one that a parent process has handed down. Programs share a port by reusePort (NU-08) or TCPServer.start(n).",
  "SOCK-05":
    "There is no IReactorSocket: no socket of Deno tells its descriptor or is made of one; only node:net listens on one that a parent process has handed down. Programs share a port by reusePort (NU-08) or TCPServer.start(n).",
  "SOCK-06":
    "There is no IReactorSocket: no socket of Deno tells its descriptor or is made of one; only node:net listens on one that a parent process has handed down. Programs share a port by reusePort (NU-08) or TCPServer.start(n).",
  "SOCK-07":
    "There is no IReactorSocket: no socket of Deno tells its descriptor or is made of one; only node:net listens on one that a parent process has handed down. Programs share a port by reusePort (NU-08) or TCPServer.start(n).",
  "SOCK-08":
    "There is no IReactorSocket: no socket of Deno tells its descriptor or is made of one; only node:net listens on one that a parent process has handed down. Programs share a port by reusePort (NU-08) or TCPServer.start(n).",
};
