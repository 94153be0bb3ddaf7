/**
 * The errors of the reactor family, with Twisted's names (`internet/error.py`, 24.7).
 *
 * Arguments of the wrong type or range are `TypeError` or `RangeError`; errors of handles are
 * `SocketError`s of the seam and stand as the `cause` of what is here.
 *
 * @module
 */

export { AlreadyCalled, AlreadyCancelled } from "../poller/delayed_call_errors.ts";

/**
 * `run()` was called while the reactor is started. The caller's mistake.
 */
export class ReactorAlreadyRunning extends Error {
  /** The class's name. */
  override readonly name = "ReactorAlreadyRunning";
  /** Tells this error from others in a `switch`. */
  readonly code = "REACTOR_ALREADY_RUNNING";
}

/**
 * `run()` was called after `stop()`. A reactor that was stopped stays so, one that has crashed can
 * run again. The caller's mistake: make a new reactor.
 */
export class ReactorNotRestartable extends Error {
  /** The class's name. */
  override readonly name = "ReactorNotRestartable";
  /** Tells this error from others in a `switch`. */
  readonly code = "REACTOR_NOT_RESTARTABLE";
}

/** `stop()` was called on a reactor that is not started or is stopping already. */
export class ReactorNotRunning extends Error {
  /** The class's name. */
  override readonly name = "ReactorNotRunning";
  /** Tells this error from others in a `switch`. */
  readonly code = "REACTOR_NOT_RUNNING";
}

/** A default reactor was to be installed where there is one. The caller's mistake. */
export class ReactorAlreadyInstalledError extends Error {
  /** The class's name. */
  override readonly name = "ReactorAlreadyInstalledError";
  /** Tells this error from others in a `switch`. */
  readonly code = "REACTOR_ALREADY_INSTALLED";
}

/**
 * The default reactor was asked for and there is none: call `installReactor` or `install` first.
 *
 * Differs from Twisted: importing the default reactor there installs one; here nothing is
 * installed by an import.
 */
export class ReactorNotInstalledError extends Error {
  /** The class's name. */
  override readonly name = "ReactorNotInstalledError";
  /** Tells this error from others in a `switch`. */
  readonly code = "REACTOR_NOT_INSTALLED";
}

/** The codes of {@linkcode ConnectionClosed} and its subclasses. */
export type ConnectionClosedCode =
  | "CONNECTION_CLOSED"
  | "CONNECTION_DONE"
  | "CONNECTION_LOST"
  | "CONNECTION_ABORTED"
  | "CONNECTION_FDESC_WENT_AWAY"
  | SSLErrorCode;

/** A connection is over, cleanly or not: what all reasons of `connectionLost` have in common. */
export class ConnectionClosed extends Error {
  /** The class's name. */
  override readonly name: string = "ConnectionClosed";
  /** Tells this error from others in a `switch`. */
  readonly code: ConnectionClosedCode = "CONNECTION_CLOSED";

  /**
   * Makes an error.
   *
   * @param message What happened.
   * @param options `cause`, where there is one.
   */
  constructor(message?: string, options?: ErrorOptions) {
    super(message ?? "Connection is closed", options);
  }
}

/** The connection was closed cleanly, by either side. */
export class ConnectionDone extends ConnectionClosed {
  /** The class's name. */
  override readonly name = "ConnectionDone";
  /** Tells this error from others in a `switch`. */
  override readonly code = "CONNECTION_DONE";

  /**
   * Makes an error.
   *
   * @param message What happened.
   * @param options `cause`, where there is one.
   */
  constructor(message?: string, options?: ErrorOptions) {
    super(message ?? "Connection is closed cleanly", options);
  }
}

/** The connection was lost in any other way; `cause` is the handle's error if there was one. */
export class ConnectionLost extends ConnectionClosed {
  /** The class's name. */
  override readonly name: string = "ConnectionLost";
  /** Tells this error from others in a `switch`. */
  override readonly code: Exclude<ConnectionClosedCode, "CONNECTION_DONE" | "CONNECTION_CLOSED"> =
    "CONNECTION_LOST";

  /**
   * Makes an error.
   *
   * @param message What happened.
   * @param options `cause`, where there is one.
   */
  constructor(message?: string, options?: ErrorOptions) {
    super(message ?? "Connection to the other side is lost", options);
  }
}

/** The connection was closed at once by this side's `abortConnection()`. */
export class ConnectionAborted extends ConnectionLost {
  /** The class's name. */
  override readonly name = "ConnectionAborted";
  /** Tells this error from others in a `switch`. */
  override readonly code = "CONNECTION_ABORTED";

  /**
   * Makes an error.
   *
   * @param message What happened.
   * @param options `cause`, where there is one.
   */
  constructor(message?: string, options?: ErrorOptions) {
    super(message ?? "Connection is aborted by this side", options);
  }
}

/** The descriptor of a registered object is gone: its `fileno()` has become -1. */
export class ConnectionFdescWentAway extends ConnectionLost {
  /** The class's name. */
  override readonly name = "ConnectionFdescWentAway";
  /** Tells this error from others in a `switch`. */
  override readonly code = "CONNECTION_FDESC_WENT_AWAY";

  /**
   * Makes an error.
   *
   * @param message What happened.
   * @param options `cause`, where there is one.
   */
  constructor(message?: string, options?: ErrorOptions) {
    super(message ?? "Descriptor of the connection is gone", options);
  }
}

/** The codes of {@linkcode SSLError} and its subclasses. */
export type SSLErrorCode =
  | "TLS_FAILED"
  | "TLS_CLOSED"
  | "TLS_NO_COMMON_PROTOCOL"
  | "TLS_NO_COMMON_VERSION"
  | "TLS_NOT_SPOKEN"
  | VerifyErrorCode;

/** The codes of {@linkcode VerifyError} and its subclass. */
export type VerifyErrorCode =
  | "CERTIFICATE_EXPIRED"
  | "CERTIFICATE_NOT_YET_VALID"
  | "CERTIFICATE_SELF_SIGNED"
  | "CERTIFICATE_UNTRUSTED"
  | "CERTIFICATE_WRONG_NAME"
  | "CERTIFICATE_MISSING"
  | "CERTIFICATE_REFUSED_BY_PEER";

/**
 * The connection was lost because TLS has failed. `cause` is the handle's error.
 *
 * The code says more: the peer ended the connection during the handshake (`TLS_CLOSED`), speaks
 * something else (`TLS_NOT_SPOKEN`), or has no application protocol or no version of TLS in common
 * with this side; all else is `TLS_FAILED`.
 *
 * Twisted: `SSLError` (`internet/error.py`, 24.7) and `OpenSSL.SSL.Error`. Differs from Twisted: it is
 * a `ConnectionLost`, so that who checks for that sees TLS fail as well.
 */
export class SSLError extends ConnectionLost {
  /** The class's name. */
  override readonly name: string = "SSLError";
  /** Tells this error from others in a `switch`. */
  override readonly code: SSLErrorCode;

  /**
   * Makes an error.
   *
   * @param code What has failed.
   * @param message What happened.
   * @param options `cause`, where there is one.
   */
  constructor(code: SSLErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * This side has refused the certificate of the peer; the code says why.
 *
 * Twisted: `VerifyError` (`internet/error.py`, 24.7), and what its `optionsForClientTLS` and OpenSSL
 * report in its place.
 */
export class VerifyError extends SSLError {
  /** The class's name. */
  override readonly name: string = "VerifyError";
  /** Tells this error from others in a `switch`. */
  declare readonly code: VerifyErrorCode;

  /**
   * Makes an error.
   *
   * @param code What is wrong with the certificate.
   * @param message What happened.
   * @param options `cause`, where there is one.
   */
  constructor(code: VerifyErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

/**
 * The peer has refused the certificate of this side, and has said so. A peer that only closes the
 * connection is not told from one that goes away.
 *
 * Twisted: `PeerVerifyError` (`internet/error.py`, 24.7).
 */
export class PeerVerifyError extends VerifyError {
  /** The class's name. */
  override readonly name = "PeerVerifyError";
}

/**
 * A certificate or key is not where it should be, or is no PEM. The caller's mistake.
 *
 * Twisted: `CertificateError` (`internet/error.py`, 24.7).
 */
export class CertificateError extends Error {
  /** The class's name. */
  override readonly name = "CertificateError";
  /** Tells this error from others in a `switch`. */
  readonly code = "CERTIFICATE_NOT_FOUND";
}

/** The codes of {@linkcode ConnectError} and its subclasses. */
export type ConnectErrorCode =
  | "BAD_FILE"
  | "CONNECT_FAILED"
  | "CONNECT_BIND_FAILED"
  | "UNKNOWN_HOST"
  | "SERVICE_NAME_UNKNOWN"
  | "NO_ROUTE"
  | "CONNECTION_REFUSED"
  | "TCP_TIMED_OUT"
  | "USER_ABORTED"
  | "CONNECT_TIMED_OUT";

/** An attempt to connect has failed; `cause` is the handle's error if there was one. */
export class ConnectError extends Error {
  /** The class's name. */
  override readonly name: string = "ConnectError";
  /** Tells this error from others in a `switch`. */
  readonly code: ConnectErrorCode = "CONNECT_FAILED";
}

/** The local address to connect from cannot be used. */
export class ConnectBindError extends ConnectError {
  /** The class's name. */
  override readonly name = "ConnectBindError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "CONNECT_BIND_FAILED";
}

/** The host to connect to is not known. */
export class UnknownHostError extends ConnectError {
  /** The class's name. */
  override readonly name = "UnknownHostError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "UNKNOWN_HOST";
}

/**
 * A port was given as the name of a service that the machine does not know; if the names cannot be read,
 * `cause` says why.
 *
 * Twisted: `ServiceNameUnknownError` (`internet/error.py`, 24.7).
 */
export class ServiceNameUnknownError extends ConnectError {
  /** The class's name. */
  override readonly name = "ServiceNameUnknownError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "SERVICE_NAME_UNKNOWN";
}

/** No route leads to the host. */
export class NoRouteError extends ConnectError {
  /** The class's name. */
  override readonly name = "NoRouteError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "NO_ROUTE";
}

/** Nobody listens there. */
export class ConnectionRefusedError extends ConnectError {
  /** The class's name. */
  override readonly name = "ConnectionRefusedError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "CONNECTION_REFUSED";
}

/** The system gave up waiting for the peer. */
export class TCPTimedOutError extends ConnectError {
  /** The class's name. */
  override readonly name = "TCPTimedOutError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "TCP_TIMED_OUT";
}

/** This side gave the attempt up. */
export class UserError extends ConnectError {
  /** The class's name. */
  override readonly name: string = "UserError";
  /** Tells this error from others in a `switch`. */
  override readonly code: "USER_ABORTED" | "CONNECT_TIMED_OUT" = "USER_ABORTED";
}

/**
 * The time-out that was given for the attempt has passed.
 *
 * Twisted: `TimeoutError` (`internet/error.py`, 24.7), renamed as a Deferred's time-out has that
 * name here.
 */
export class ConnectTimeoutError extends UserError {
  /** The class's name. */
  override readonly name = "ConnectTimeoutError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "CONNECT_TIMED_OUT";
}

/** An address cannot be bound. */
export class BindError extends Error {
  /** The class's name. */
  override readonly name = "BindError";
  /** Tells this error from others in a `switch`. */
  readonly code = "BIND_FAILED";
}

/** An address cannot be listened on. */
export class CannotListenError extends Error {
  /** The class's name. */
  override readonly name = "CannotListenError";
  /** Tells this error from others in a `switch`. */
  readonly code = "CANNOT_LISTEN";
  /** The local address that was asked for; empty for any. */
  readonly interface: string;
  /** The port, or the path of a UNIX socket. */
  readonly port: number | string;

  /**
   * Makes an error.
   *
   * @param address The local address that was asked for.
   * @param port The port, or the path of a UNIX socket.
   * @param socketError What the network said; it becomes the `cause`.
   */
  constructor(address: string, port: number | string, socketError: unknown) {
    const place = address === "" ? "any" : address;
    const why = socketError instanceof Error ? socketError.message : String(socketError);
    super(`Cannot listen on ${place}:${port}: ${why}`, { cause: socketError });
    this.interface = address;
    this.port = port;
  }
}

/**
 * A socket of that family cannot be taken over. Twisted: `UnsupportedAddressFamily`
 * (`internet/error.py`, 24.7).
 */
export class UnsupportedAddressFamily extends Error {
  /** The class's name. */
  override readonly name = "UnsupportedAddressFamily";
  /** Tells this error from others in a `switch`. */
  readonly code = "UNSUPPORTED_ADDRESS_FAMILY";
  /** The family. */
  readonly addressFamily: string;

  /**
   * Makes an error.
   *
   * @param addressFamily The family.
   * @param allowed Those that can be.
   */
  constructor(addressFamily: string, allowed: readonly string[]) {
    super(`Cannot adopt a socket: family ${addressFamily} is none of ${allowed.join(", ")}`);
    this.addressFamily = addressFamily;
  }
}

/** A multicast group could not be joined or left. */
export class MulticastJoinError extends Error {
  /** The class's name. */
  override readonly name = "MulticastJoinError";
  /** Tells this error from others in a `switch`. */
  readonly code = "MULTICAST_JOIN_FAILED";
  /** The group's address. */
  readonly group: string;
  /** The interface; empty for any. */
  readonly networkInterface: string;

  /**
   * Makes an error.
   *
   * @param group The group's address.
   * @param networkInterface The interface; empty for any.
   * @param cause What the socket said.
   */
  constructor(group: string, networkInterface: string, cause: Error) {
    super(cause.message, { cause });
    this.group = group;
    this.networkInterface = networkInterface;
  }
}

/** The lock of a UNIX port shows that no process serves it; see `ConnectUNIXOptions.checkPID`. */
export class BadFileError extends ConnectError {
  /** The class's name. */
  override readonly name = "BadFileError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "BAD_FILE";
}

/** A datagram is too long. */
export class MessageLengthError extends Error {
  /** The class's name. */
  override readonly name = "MessageLengthError";
  /** Tells this error from others in a `switch`. */
  readonly code = "MESSAGE_TOO_LONG";
}

/** A name could not be resolved. */
export class DNSLookupError extends Error {
  /** The class's name. */
  override readonly name = "DNSLookupError";
  /** Tells this error from others in a `switch`. */
  readonly code = "DNS_LOOKUP_FAILED";
}

/**
 * An address is of the wrong kind for the socket it was given to. The caller's mistake.
 *
 * Twisted: `InvalidAddressError` (`internet/error.py`, 24.7), a `ValueError`, whose nearest kin is
 * `RangeError`.
 */
export class InvalidAddressError extends RangeError {
  /** The class's name. */
  override readonly name = "InvalidAddressError";
  /** Tells this error from others in a `switch`. */
  readonly code = "INVALID_ADDRESS";
  /** The address. */
  readonly address: string;

  /**
   * Makes an error.
   *
   * @param address The address.
   * @param message "Cannot X: Y is Z".
   */
  constructor(address: string, message: string) {
    super(message);
    this.address = address;
  }
}

/** `stopConnecting()` was called while no attempt is under way. The caller's mistake. */
export class NotConnectingError extends Error {
  /** The class's name. */
  override readonly name = "NotConnectingError";
  /** Tells this error from others in a `switch`. */
  readonly code = "NOT_CONNECTING";
}

/** A port that does not listen was asked to stop. The caller's mistake. */
export class NotListeningError extends Error {
  /** The class's name. */
  override readonly name = "NotListeningError";
  /** Tells this error from others in a `switch`. */
  readonly code = "NOT_LISTENING";
}
