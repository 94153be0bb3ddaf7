/**
 * What every network guarantees of TLS, as handles show it.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertLess, assertThrows } from "@std/assert";
import {
  ERROR,
  type Platform,
  READ,
  SocketError,
  type StreamHandle,
  TLSError,
  type TLSErrorReason,
  type TLSOptions,
  WRITE,
} from "../../poller/mod.ts";
import type { NetworkContractOptions } from "./network_contract.ts";
import { type Pair, pair, pattern, receiveAll, sendAll, sendUntilFull, until } from "./passes.ts";
import {
  AUTHORITY,
  CERTIFICATE,
  EXPIRED,
  FORGED_AUTHORITY,
  FUTURE,
  KEY,
  OTHER,
  OTHER_AUTHORITY,
  SELF_SIGNED,
} from "./tls_certificates.ts";

const SERVER = { side: "server", cert: CERTIFICATE, key: KEY } as const;
const CLIENT = { side: "client", hostname: "localhost", caCerts: [AUTHORITY] } as const;
const OTHER_CLIENT = { ...CLIENT, caCerts: [OTHER_AUTHORITY] } as const;
const MUTUAL = { ...SERVER, verify: true, caCerts: [OTHER_AUTHORITY] } as const;

const encoder = new TextEncoder();

/** Registers a case; handles that it leaves are closed. */
type Suite = (name: string, body: (platform: Platform) => Promise<void>) => void;

/**
 * Registers the suite. The world's wall clock must show a time at which the certificates for tests
 * are good.
 *
 * @param options The runner and the world.
 */
export function tlsContract({ test, world }: NetworkContractOptions): void {
  const suite: Suite = (name, body) =>
    test(`${world.name}: ${name}`, () =>
      world.run(async ({ platform }) => {
        await body(platform);
        for (const handle of [...platform.network.handles.values()]) handle.abort();
      }));
  sessionCases(suite);
  clientCases(suite);
  serverCases(suite);
  failureCases(suite);
  handleCases(suite);
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) endCases(suite, maxVersion);
}

function sessionCases(suite: Suite): void {
  suite("StreamHandle.tls tells what both sides agreed on", async (platform) => {
    const server = { ...SERVER, alpnProtocols: ["h2", "imap"] };
    const { client, ...rest } = await shakeHands(platform, server, {
      ...CLIENT,
      alpnProtocols: ["imap", "h2"],
    });
    assertEquals([rest.clientError, rest.serverError], [null, null]);
    assertEquals([rest.server.tls?.alpnProtocol, client.tls?.alpnProtocol], ["h2", "h2"]);
    assertEquals(client.tls?.peerCertificate, derOf(CERTIFICATE));
    assertEquals(rest.server.tls?.peerCertificate, null);
    assertEquals(client.tls?.isTruncated, false);
    client.abort();
    assertEquals(client.tls?.alpnProtocol, "h2");
  });

  suite("StreamHandle.tls has no protocol where one side names none", async (platform) => {
    const protocols = { alpnProtocols: ["h2"] };
    for (const [server, client] of [[protocols, {}], [{}, protocols]]) {
      const ends = await shakeHands(platform, { ...SERVER, ...server }, { ...CLIENT, ...client });
      assertEquals([ends.clientError, ends.serverError], [null, null]);
      assertEquals([ends.client.tls?.alpnProtocol, ends.server.tls?.alpnProtocol], [null, null]);
    }
  });

  suite("StreamHandle.tls is null without TLS and before the handshake", async (platform) => {
    const { client } = await pair(platform);
    assertEquals(client.tls, null);
    assertEquals(secure(client, CLIENT).tls, null);
  });
}

const REFUSED: readonly (readonly [TLSErrorReason, TLSOptions, TLSOptions])[] = [
  ["expired", { side: "server", ...EXPIRED }, OTHER_CLIENT],
  ["not-yet-valid", { side: "server", ...FUTURE }, OTHER_CLIENT],
  ["self-signed", { side: "server", ...SELF_SIGNED }, OTHER_CLIENT],
  ["untrusted", { side: "server", ...OTHER }, CLIENT],
  ["untrusted", SERVER, { side: "client", hostname: "localhost" }],
  ["untrusted", SERVER, { ...CLIENT, caCerts: [FORGED_AUTHORITY] }],
  ["untrusted", { side: "server", cert: OTHER.cert + OTHER_AUTHORITY, key: OTHER.key }, CLIENT],
  ["wrong-name", SERVER, { ...CLIENT, hostname: "bar.test" }],
  ["wrong-name", SERVER, { ...CLIENT, hostname: "127.0.0.1" }],
  ["wrong-name", { side: "server", ...OTHER }, { ...OTHER_CLIENT, hostname: "127.0.0.2" }],
];

function clientCases(suite: Suite): void {
  for (const [index, [reason, server, client]] of REFUSED.entries()) {
    suite(`TLS: a client refuses a certificate: ${reason} (${index})`, async (platform) => {
      assertReason((await shakeHands(platform, server, client)).clientError, reason);
    });
  }

  suite("TLS: a client trusts a certificate for an address", async (platform) => {
    const client = { ...OTHER_CLIENT, hostname: "127.0.0.1" };
    const { clientError } = await shakeHands(platform, { side: "server", ...OTHER }, client);
    assertEquals(clientError, null);
  });

  suite("TLS: a client without a name accepts any name, and trusts no more", async (platform) => {
    const named = await shakeHands(platform, SERVER, { side: "client", caCerts: [AUTHORITY] });
    assertEquals(named.clientError, null);
    assertReason((await shakeHands(platform, SERVER, { side: "client" })).clientError, "untrusted");
  });

  suite("TLS: a client that does not verify accepts what is wrong in every way", async (p) => {
    const client = { side: "client", hostname: "bar.test", verify: false } as const;
    const { clientError } = await shakeHands(p, { side: "server", ...EXPIRED }, client);
    assertEquals(clientError, null);
  });
}

const REFUSED_CLIENTS: readonly (readonly [TLSErrorReason, Partial<TLSOptions>])[] = [
  ["expired", EXPIRED],
  ["not-yet-valid", FUTURE],
  ["self-signed", SELF_SIGNED],
  ["untrusted", { cert: CERTIFICATE, key: KEY }],
  ["no-certificate", {}],
];

function serverCases(suite: Suite): void {
  suite("TLS: a server accepts a client's certificate that it trusts", async (platform) => {
    const handshake = await shakeHands(platform, MUTUAL, { ...CLIENT, ...OTHER });
    assertEquals([handshake.clientError, handshake.serverError], [null, null]);
    assertEquals(handshake.server.tls?.peerCertificate, derOf(OTHER.cert));
    const { client, server } = handshake;
    assertEquals(await sendAll(platform.poller, client, encoder.encode("ping")), undefined);
    assertEquals((await receiveAll(platform.poller, server, 4)).bytes, encoder.encode("ping"));
  });

  for (const [reason, certificate] of REFUSED_CLIENTS) {
    suite(`TLS: a server refuses a client's certificate: ${reason}`, async (platform) => {
      const client = { ...CLIENT, ...certificate } as TLSOptions;
      assertReason((await shakeHands(platform, MUTUAL, client)).serverError, reason);
    });
  }
}

function failureCases(suite: Suite): void {
  suite("TLS: nothing in common", async (platform) => {
    const protocols = await shakeHands(
      platform,
      { ...SERVER, alpnProtocols: ["h2"] },
      { ...CLIENT, alpnProtocols: ["imap"] },
    );
    assertReason(protocols.serverError, "no-common-protocol");
    const versions = await shakeHands(
      platform,
      { ...SERVER, minVersion: "TLSv1.3" },
      { ...CLIENT, maxVersion: "TLSv1.2" },
    );
    assertReason(versions.serverError, "no-common-version");
    // Not every platform tells the other side why.
    assertInstanceOf(protocols.clientError, TLSError);
    assertInstanceOf(versions.clientError, TLSError);
  });

  suite("TLS: what comes is not TLS, or nothing", async (platform) => {
    for (const [side, options] of [["client", CLIENT], ["server", SERVER]] as const) {
      for (const reason of ["not-tls", "closed"] as const) {
        const { client, server } = await pair(platform);
        const [end, peer] = side === "client" ? [client, server] : [server, client];
        const secured = secure(end, options);
        const greeting = encoder.encode("220 I speak something else\r\n");
        if (reason === "not-tls") await sendAll(platform.poller, peer, greeting);
        else peer.close();
        assertReason(await outcome(platform, secured), reason);
      }
    }
  });

  suite("TLS: a certificate or a key that is none", async (platform) => {
    for (const bad of [{ cert: "rubbish" }, { key: "rubbish" }, { key: OTHER.key }]) {
      const ends = await shakeHands(platform, { ...SERVER, ...bad }, CLIENT);
      assertInstanceOf(ends.serverError, TLSError);
      assertInstanceOf(ends.clientError, TLSError);
    }
  });

  suite("TLS: two clients do not understand each other", async (platform) => {
    const { clientError, serverError } = await shakeHands(platform, CLIENT, CLIENT);
    assertInstanceOf(clientError, TLSError);
    assertInstanceOf(serverError, TLSError);
  });
}

function handleCases(suite: Suite): void {
  suite("StreamHandle.startTls() closes the handle, and goes on under another", async (p) => {
    const { client, server } = await pair(p);
    await sendAll(p.poller, server, encoder.encode("not TLS"));
    const secured = secure(client, CLIENT);
    assertEquals([client.closed, secured.connecting, secured.localAddress], [true, true, null]);
    assertEquals(secured.remoteAddress, client.remoteAddress);
    assertEquals(codeOf(() => client.send(encoder.encode("x"))), "EBADF");
    assertEquals(codeOf(() => client.startTls?.(CLIENT)), "EBADF");
    assertEquals([secured.send(encoder.encode("x")), secured.receive()], [0, undefined]);
    assertEquals([...p.network.handles.values()], [server, secured]);
    // What was received before is looked at, too.
    assertReason(await outcome(p, secured), "not-tls");
    assertEquals(secured.receive(), null);
    assertEquals(codeOf(() => secured.send(encoder.encode("x"))), "EPIPE");
  });

  suite("StreamHandle.startTls() refuses a stream that connects", async ({ network, poller }) => {
    const listener = network.listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
    const stream = network.connect(listener.localAddress);
    assertEquals(codeOf(() => stream.startTls?.(CLIENT)), "ENOTCONN");
    poller.register(stream, WRITE);
    await until(poller, () => !stream.connecting, () => {});
    listener.close();
    await listener.released;
  });

  suite("StreamHandle over TLS holds a sender up whose peer does not receive", async (p) => {
    const { client, server } = await shakeHands(p);
    const taken = await sendUntilFull(p.poller, server);
    assertLess(taken, 32 << 20);
    server.shutdownWrite();
    const { bytes, ended } = await receiveAll(p.poller, client);
    assertEquals([bytes.length, ended, client.tls?.isTruncated], [taken, true, false]);
  });

  suite("StreamHandle.startTls() takes along what was not sent yet", async (platform) => {
    const below = await pair(platform);
    const data = pattern(1 << 20);
    const taken = below.server.send(data);
    const server = secure(below.server, SERVER);
    const { bytes } = await receiveAll(platform.poller, below.client, taken);
    assertEquals(bytes, data.subarray(0, taken));
    const client = secure(below.client, CLIENT);
    const { clientError, serverError } = await settled(platform, { client, server });
    assertEquals([clientError, serverError], [null, null]);
  });

  suite("StreamHandle after startTls() has the addresses of the connection", async (platform) => {
    const { client, server } = await pair(platform);
    const { localAddress, remoteAddress } = client;
    const ends = { client: secure(client, CLIENT), server: secure(server, SERVER) };
    await settled(platform, ends);
    assertEquals([ends.client.localAddress, ends.client.remoteAddress], [
      localAddress,
      remoteAddress,
    ]);
    assertEquals(ends.server.remoteAddress, localAddress);
    ends.client.close();
    assertEquals(ends.client.localAddress, localAddress);
  });
}

function endCases(suite: Suite, maxVersion: "TLSv1.2" | "TLSv1.3"): void {
  const options = { ...SERVER, maxVersion };
  for (const amount of [0, 200_000]) {
    suite(
      `StreamHandle.tls.isTruncated is false after a goodbye, ${maxVersion}, ${amount}`,
      async (platform) => {
        const { client, server } = await shakeHands(platform, options);
        await sendAll(platform.poller, server, pattern(amount));
        server.close();
        const { bytes, ended } = await receiveAll(platform.poller, client);
        assertEquals([bytes.length, ended, client.tls?.isTruncated], [amount, true, false]);
        assertEquals(bytes, pattern(amount));
      },
    );
  }

  suite(`StreamHandle.abort() says no goodbye, ${maxVersion}`, async (platform) => {
    const { client, server } = await shakeHands(platform, options);
    await sendAll(platform.poller, server, encoder.encode("ab"));
    assertEquals((await receiveAll(platform.poller, client, 2)).bytes.length, 2);
    assertEquals(client.tls?.isTruncated, false);
    server.abort();
    // The peer sees a reset, or that the stream is cut off.
    let end: string | null | undefined;
    platform.poller.register(client, READ);
    await until(platform.poller, () => end !== undefined, () => end = endOf(client));
    if (end === null) assertEquals(client.tls?.isTruncated, true);
    else assertEquals(end, "ECONNRESET");
  });

  suite(`StreamHandle.shutdownWrite() says goodbye in one direction, ${maxVersion}`, async (p) => {
    const { client, server } = await shakeHands(p, options);
    client.shutdownWrite();
    assertEquals((await receiveAll(p.poller, server)).ended, true);
    assertEquals(server.tls?.isTruncated, false);
    await sendAll(p.poller, server, encoder.encode("still here"));
    server.shutdownWrite();
    const { bytes, ended } = await receiveAll(p.poller, client);
    assertEquals([bytes, ended], [encoder.encode("still here"), true]);
    assertEquals(client.tls?.isTruncated, false);
  });
}

/** Two streams between which a handshake has ended, and how. */
export interface Handshake extends Pair {
  /** Why the client's handshake has failed; `null` if it has not. */
  readonly clientError: SocketError | null;
  /** Why the server's handshake has failed; `null` if it has not. */
  readonly serverError: SocketError | null;
}

/**
 * Connects two streams and goes over to TLS on both.
 *
 * @param platform The platform.
 * @param server What the server's part begins with.
 * @param client What the client's part begins with.
 * @returns The two ends, and how the handshake has ended.
 */
export async function shakeHands(
  platform: Platform,
  server: TLSOptions = SERVER,
  client: TLSOptions = CLIENT,
): Promise<Handshake> {
  const below = await pair(platform);
  const streams = { client: secure(below.client, client), server: secure(below.server, server) };
  return { ...streams, ...await settled(platform, streams) };
}

function secure(stream: StreamHandle, options: TLSOptions): StreamHandle {
  assert(stream.startTls !== undefined);
  return stream.startTls(options);
}

/** Waits until both ends are connected or have failed. */
async function settled(
  { poller }: Platform,
  { client, server }: Pair,
): Promise<Pick<Handshake, "clientError" | "serverError">> {
  const errors = new Map<unknown, SocketError | null>();
  poller.register(client, WRITE | ERROR);
  poller.register(server, WRITE | ERROR);
  await until(poller, () => errors.size === 2, (handle) => {
    errors.set(handle, handle.takeError());
    poller.unregister(handle);
  });
  return { clientError: errors.get(client) ?? null, serverError: errors.get(server) ?? null };
}

/** Waits until a handshake has failed. */
async function outcome({ poller }: Platform, stream: StreamHandle): Promise<SocketError | null> {
  let error: SocketError | null = null;
  poller.register(stream, WRITE | ERROR);
  await until(poller, () => error !== null, () => error ??= stream.takeError());
  return error;
}

/** How a stream has ended: `null`, or the code of its error; `undefined` if it has not. */
function endOf(stream: StreamHandle): string | null | undefined {
  try {
    const end = stream.receive();
    assert(end === null || end === undefined);
    return end;
  } catch (error) {
    assertInstanceOf(error, SocketError);
    return error.code;
  }
}

function assertReason(error: SocketError | null, reason: TLSErrorReason): void {
  assertInstanceOf(error, TLSError);
  assertEquals([error.reason, error.code], [reason, "EPROTO"], `${error.cause}`);
  assert(error.message.startsWith("Cannot start TLS with 127.0.0.1:"), error.message);
}

function codeOf(fn: () => unknown): string {
  return assertThrows(fn, SocketError).code;
}

function derOf(pem: string): Uint8Array {
  const [, base64 = ""] = /-----BEGIN CERTIFICATE-----([^-]*)-----/.exec(pem) ?? [];
  return Uint8Array.from(atob(base64.replace(/\s/g, "")), (char) => char.charCodeAt(0));
}
