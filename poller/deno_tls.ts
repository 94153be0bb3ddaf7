/**
 * TLS over any native connection, in both roles.
 *
 * Deno's own `startTls` has the client's role only, and loses the connection if a read is under way;
 * `node:tls` speaks over anything. It is loaded when it is first needed.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import type { NativeStream, PendingStream } from "./deno_native_stream.ts";
import { NodeStream } from "./deno_node_stream.ts";
import { SocketError } from "./errors.ts";
import type { TLSOptions } from "./tls_options.ts";

/** How much is read from below at a time: a record and some. */
const READ_SIZE = 32_768;

/** How long, in milliseconds, what came last is looked at after the end of the stream below. */
const END_GRACE = 20;

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
  let socket: TLSSocket | null = null;
  const conn = (async (): Promise<NativeStream> => {
    const [{ default: tls }, { Duplex }] = await Promise.all([
      import("node:tls"),
      import("node:stream"),
    ]);
    if (isOver) throw new Deno.errors.Interrupted("The attempt is given up");
    try {
      const duplex = duplexOver(Duplex, below);
      socket = openSocket(tls, duplex as unknown as Socket, options);
      await handshake(socket, duplex, options.side);
    } catch (cause) {
      socket?.destroy();
      closeQuietly(below);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SocketError("EPROTO", `Cannot ${operation}: ${withoutPeriod(reason)}`, { cause });
    }
    return new TLSStream(socket, below.localAddr, below.remoteAddr);
  })();
  return {
    conn,
    abort() {
      isOver = true;
      socket?.destroy();
      closeQuietly(below);
    },
  };
}

function openSocket(
  tls: typeof import("node:tls"),
  duplex: Socket,
  options: TLSOptions,
): TLSSocket {
  const common = {
    ...(options.cert === undefined ? {} : { cert: options.cert }),
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.caCerts === undefined ? {} : { ca: [...options.caCerts] }),
    ...(options.alpnProtocols === undefined ? {} : { ALPNProtocols: [...options.alpnProtocols] }),
  };
  if (options.side === "server") {
    const verify = options.verify ?? false;
    const roles = { isServer: true, requestCert: verify, rejectUnauthorized: verify };
    return new tls.TLSSocket(duplex, { ...common, ...roles });
  }
  const { hostname, verify = true } = options;
  return tls.connect({
    ...common,
    ...identityOf(hostname),
    socket: duplex,
    rejectUnauthorized: verify,
  });
}

/** How `node:tls` is told whose certificate to expect; only names, not addresses, are sent. */
function identityOf(hostname: string | undefined): ConnectionOptions {
  if (hostname === undefined) return { checkServerIdentity: () => undefined };
  return isIP(hostname) === 0 ? { servername: hostname } : { host: hostname };
}

function handshake(
  socket: TLSSocket,
  duplex: Duplex,
  side: TLSOptions["side"],
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let late: ReturnType<typeof setTimeout> | undefined;
  const fail = (error: Error): void => reject(error);
  const closed = (): void => reject(new Error("the peer has closed the connection"));
  // `node:tls` does not tell by itself that the stream below came to its end too early.
  const ended = (): void => void (late = setTimeout(closed, END_GRACE));
  socket.on("error", fail);
  socket.on("close", closed);
  duplex.on("end", ended);
  // The client's own event comes after it has looked at the certificate.
  socket.on(side === "client" ? "secureConnect" : "secure", resolve);
  return promise.finally(() => {
    clearTimeout(late);
    socket.off("error", fail).off("close", closed);
    duplex.off("end", ended);
  });
}

/** Makes a connection look as `node:tls` wants it. */
function duplexOver(DuplexClass: typeof Duplex, below: NativeStream): Duplex {
  const buffer = new Uint8Array(READ_SIZE);
  const duplex: Duplex = new DuplexClass({
    read() {
      below.read(buffer).then(
        (count) => void duplex.push(count === null ? null : buffer.slice(0, count)),
        (error) => void duplex.destroy(error),
      );
    },
    write(chunk: Buffer, _encoding, done) {
      writeAll(below, chunk as unknown as Uint8Array<ArrayBuffer>).then(() => done(), done);
    },
    final(done) {
      below.closeWrite().then(() => done(), done);
    },
    destroy(error, done) {
      closeQuietly(below);
      done(error);
    },
  });
  return duplex;
}

async function writeAll(below: NativeStream, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  // `node:tls` uses its buffers again; a native write holds what it is given.
  const copy = bytes.slice();
  for (let done = 0; done < copy.length;) done += await below.write(copy.subarray(done));
}

/** A TLS connection in the shape of Deno's. */
class TLSStream extends NodeStream {
  /** Says goodbye first, so that the peer does not take the end for an attack. */
  protected override destroy(socket: Socket): void {
    if (socket.destroyed || socket.writableLength > 0) socket.destroy();
    else socket.end(() => void socket.destroy());
  }
}

function withoutPeriod(text: string): string {
  return text.replace(/\.\s*$/, "");
}

function closeQuietly(conn: NativeStream): void {
  try {
    conn.close();
  } catch {
    // It was closed before.
  }
}
