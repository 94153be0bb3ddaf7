/**
 * TLS over any native connection, in both roles.
 *
 * Deno's own `startTls` has the client's role only, and loses the connection if a read is under way;
 * `node:tls` speaks over anything. It is loaded when it is first needed.
 *
 * @module
 */

import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ConnectionOptions, SecureContextOptions, TlsOptions, TLSSocket } from "node:tls";
import type { NativeStream, PendingStream } from "./deno_native_stream.ts";
import { refusedCertificate, toTLSError } from "./deno_tls_errors.ts";
import { END_GRACE, TLSStream, Underlay } from "./deno_tls_stream.ts";
import { TLSError } from "./tls_error.ts";
import type { TLSClientOptions, TLSOptions, TLSServerOptions } from "./tls_options.ts";

/** `node:tls`, loaded. */
type NodeTLS = typeof import("node:tls");

/** A handshake that has begun. */
interface Handshake {
  /** The connection, when TLS is spoken and the certificate of the peer is accepted. */
  readonly secured: Promise<TLSStream>;
  /** Gives up. */
  destroy(): void;
}

/** What a handshake begins with, beside its options. */
interface Beginning {
  readonly tls: NodeTLS;
  /** What is tried, for messages. */
  readonly operation: string;
  readonly below: NativeStream;
  readonly underlay: Underlay;
  /** The same again: `node:tls` speaks over any duplex, though its types ask for a socket. */
  readonly duplex: Duplex & Socket;
}

/**
 * Begins a handshake.
 *
 * @param operation What is tried, for messages.
 * @param below The connection.
 * @param options Which side this is, and whom to trust.
 * @returns The attempt.
 */
export function beginTLS(
  operation: string,
  below: NativeStream,
  options: TLSOptions,
): PendingStream {
  let isOver = false;
  let handshake: Handshake | null = null;
  let underlay: Underlay | null = null;
  const givenUp = Promise.withResolvers<void>();
  const conn = (async (): Promise<NativeStream> => {
    const [{ default: tls }, { Duplex }] = await Promise.all([
      import("node:tls"),
      import("node:stream"),
    ]);
    if (isOver) throw new Deno.errors.Interrupted("The attempt is given up");
    underlay = new Underlay(Duplex, below);
    try {
      const duplex = underlay.duplex as Duplex & Socket;
      const beginning = { tls, operation, below, underlay, duplex };
      handshake = begin(beginning, options);
      return await untilOver(beginning, handshake.secured, givenUp.promise);
    } catch (cause) {
      handshake?.destroy();
      underlay.duplex.destroy();
      throw toTLSError(operation, cause);
    }
  })();
  return {
    conn,
    abort() {
      isOver = true;
      givenUp.resolve();
      handshake?.destroy();
      if (underlay === null) below.close();
      else underlay.close();
    },
  };
}

function begin(beginning: Beginning, options: TLSOptions): Handshake {
  if (options.side === "client") return beginAsClient(beginning, options);
  return options.verify === true
    ? beginWithClientCertificate(beginning, options)
    : beginAsServer(beginning, options);
}

/** What both sides are told. */
function commonOptions(options: TLSOptions): SecureContextOptions & { ALPNProtocols?: string[] } {
  const { cert, key, caCerts, alpnProtocols, minVersion, maxVersion } = options;
  return {
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(caCerts === undefined ? {} : { ca: [...caCerts] }),
    ...(alpnProtocols === undefined ? {} : { ALPNProtocols: [...alpnProtocols] }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
}

function beginAsClient(beginning: Beginning, options: TLSClientOptions): Handshake {
  const { hostname, verify = true } = options;
  const socket = beginning.tls.connect({
    ...commonOptions(options),
    ...identityOf(hostname),
    socket: beginning.duplex,
    // The certificate is judged below: `node:tls` does not tell why it refuses.
    rejectUnauthorized: false,
  });
  return settle(beginning, socket, "secureConnect", verify);
}

function beginAsServer(beginning: Beginning, options: TLSServerOptions): Handshake {
  const { tls, duplex } = beginning;
  const socket = new tls.TLSSocket(duplex, { ...commonOptions(options), isServer: true });
  return settle(beginning, socket, "secure", false);
}

/** Waits for the event that ends a handshake. */
function settle(
  beginning: Beginning,
  socket: TLSSocket,
  event: "secure" | "secureConnect",
  verify: boolean,
): Handshake {
  const { promise: secured, resolve, reject } = Promise.withResolvers<TLSStream>();
  socket.on("error", reject);
  socket.once(event, () => {
    try {
      resolve(accept(beginning, socket, verify));
    } catch (error) {
      reject(error);
    }
  });
  return { secured, destroy: () => void socket.destroy() };
}

/** Only the server of `node:tls` looks at the certificates of clients; a bare socket does not. */
function beginWithClientCertificate(
  beginning: Beginning,
  options: TLSServerOptions,
): Handshake {
  const { tls, duplex } = beginning;
  const roles: TlsOptions = { requestCert: true, rejectUnauthorized: false };
  const server = tls.createServer({ ...commonOptions(options), ...roles });
  const { promise: secured, resolve, reject } = Promise.withResolvers<TLSStream>();
  server.once("tlsClientError", reject);
  server.once("secureConnection", (socket) => {
    socket.on("error", reject);
    try {
      resolve(accept(beginning, socket, true));
    } catch (error) {
      reject(error);
    }
  });
  server.emit("connection", duplex);
  return { secured, destroy: () => void duplex.destroy() };
}

/** Judges the certificate of the peer, and makes the connection. */
function accept(beginning: Beginning, socket: TLSSocket, verify: boolean): TLSStream {
  if (verify && socket.authorized !== true) {
    const found: unknown = socket.authorizationError;
    const code = typeof found === "string" ? found : (found as { code?: string } | null)?.code;
    const certificate = socket.getPeerCertificate();
    throw refusedCertificate(beginning.operation, code ?? null, certificate, Date.now());
  }
  return new TLSStream(beginning.operation, socket, beginning.underlay, beginning.below);
}

/** How `node:tls` is told whose certificate to expect; only names, not addresses, are sent. */
function identityOf(hostname: string | undefined): ConnectionOptions {
  if (hostname === undefined) return { checkServerIdentity: () => undefined };
  return isIP(hostname) === 0 ? { servername: hostname } : { host: hostname };
}

/** Waits for a handshake, or for the end of the stream below: `node:tls` does not tell of that. */
function untilOver(
  { duplex, operation }: Beginning,
  secured: Promise<TLSStream>,
  givenUp: Promise<void>,
): Promise<TLSStream> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSStream>();
  let late: ReturnType<typeof setTimeout> | undefined;
  const closed = (): void => reject(new TLSError(operation, "closed"));
  const ended = (): void => void (late ??= setTimeout(closed, END_GRACE));
  duplex.on("error", reject).on("close", ended).on("end", ended);
  secured.then(resolve, reject);
  givenUp.then(closed);
  return promise.finally(() => {
    clearTimeout(late);
    duplex.off("error", reject).off("close", ended).off("end", ended);
  });
}
