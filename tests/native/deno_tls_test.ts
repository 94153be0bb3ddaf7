/**
 * TLS on native streams, as handles show it.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertLess } from "@std/assert";
import {
  ERROR,
  type Platform,
  type SocketError,
  type StreamHandle,
  TLSError,
  type TLSErrorReason,
  type TLSOptions,
  WRITE,
} from "../../poller/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import {
  type Pair,
  pair,
  pattern,
  receiveAll,
  sendAll,
  sendUntilFull,
  until,
} from "../contract/passes.ts";
import {
  AUTHORITY,
  CERTIFICATE,
  EXPIRED,
  FUTURE,
  KEY,
  OTHER,
  OTHER_AUTHORITY,
  SELF_SIGNED,
} from "../contract/tls_certificates.ts";

const SERVER = { side: "server", cert: CERTIFICATE, key: KEY } as const;
const CLIENT = { side: "client", hostname: "localhost", caCerts: [AUTHORITY] } as const;
const OTHER_CLIENT = { ...CLIENT, caCerts: [OTHER_AUTHORITY] } as const;

const encoder = new TextEncoder();

/** Two streams between which a handshake has ended, and how. */
interface Handshake extends Pair {
  readonly clientError: SocketError | null;
  readonly serverError: SocketError | null;
}

async function shakeHands(
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

function test(name: string, body: (platform: Platform) => Promise<void>): void {
  const world = new DenoWorld();
  Deno.test(name, () =>
    world.run(async ({ platform }) => {
      await body(platform);
      for (const handle of [...platform.network.handles.values()]) handle.abort();
    }));
}

function assertReason(error: SocketError | null, reason: TLSErrorReason): void {
  assertInstanceOf(error, TLSError);
  assertEquals([error.reason, error.code], [reason, "EPROTO"], `${error.cause}`);
  assert(error.message.startsWith("Cannot start TLS with 127.0.0.1:"), error.message);
}

test("StreamHandle.tls tells what both sides agreed on", async (platform) => {
  const server = { ...SERVER, alpnProtocols: ["h2", "imap"] };
  const { client, ...rest } = await shakeHands(platform, server, {
    ...CLIENT,
    alpnProtocols: ["imap", "h2"],
  });
  assertEquals([rest.clientError, rest.serverError], [null, null]);
  assertEquals(rest.server.tls?.alpnProtocol, client.tls?.alpnProtocol);
  assertEquals(client.tls?.alpnProtocol, "h2");
  assertEquals(client.tls?.peerCertificate, derOf(CERTIFICATE));
  assertEquals(rest.server.tls?.peerCertificate, null);
  assertEquals(client.tls?.isTruncated, false);
  client.abort();
  assertEquals(client.tls?.alpnProtocol, "h2");
});

test("StreamHandle.tls is null without TLS and before the handshake", async (platform) => {
  const { client, server } = await pair(platform);
  assertEquals(client.tls, null);
  assertEquals(secure(client, CLIENT).tls, null);
  server.abort();
});

const REFUSED: readonly (readonly [TLSErrorReason, TLSOptions, TLSOptions])[] = [
  ["expired", { side: "server", ...EXPIRED }, OTHER_CLIENT],
  ["not-yet-valid", { side: "server", ...FUTURE }, OTHER_CLIENT],
  ["self-signed", { side: "server", ...SELF_SIGNED }, OTHER_CLIENT],
  ["untrusted", { side: "server", ...OTHER }, CLIENT],
  ["untrusted", SERVER, { side: "client", hostname: "localhost" }],
  ["untrusted", { side: "server", cert: OTHER.cert + OTHER_AUTHORITY, key: OTHER.key }, CLIENT],
  ["wrong-name", SERVER, { ...CLIENT, hostname: "bar.test" }],
  ["wrong-name", SERVER, { ...CLIENT, hostname: "127.0.0.1" }],
  ["wrong-name", { side: "server", ...OTHER }, { ...OTHER_CLIENT, hostname: "127.0.0.2" }],
];

for (const [index, [reason, server, client]] of REFUSED.entries()) {
  test(`TLS: a client refuses a certificate: ${reason} (${index})`, async (platform) => {
    assertReason((await shakeHands(platform, server, client)).clientError, reason);
  });
}

test("TLS: a client trusts a certificate for an address", async (platform) => {
  const client = { ...OTHER_CLIENT, hostname: "127.0.0.1" };
  const { clientError } = await shakeHands(platform, { side: "server", ...OTHER }, client);
  assertEquals(clientError, null);
});

test("TLS: a client that does not verify accepts what is wrong in every way", async (platform) => {
  const client = { side: "client", hostname: "bar.test", verify: false } as const;
  const { clientError } = await shakeHands(platform, { side: "server", ...EXPIRED }, client);
  assertEquals(clientError, null);
});

const MUTUAL = { ...SERVER, verify: true, caCerts: [OTHER_AUTHORITY] } as const;

test("TLS: a server accepts a client's certificate that it trusts", async (platform) => {
  const handshake = await shakeHands(platform, MUTUAL, { ...CLIENT, ...OTHER });
  assertEquals([handshake.clientError, handshake.serverError], [null, null]);
  assertEquals(handshake.server.tls?.peerCertificate, derOf(OTHER.cert));
  const { client, server } = handshake;
  assertEquals(client.send(encoder.encode("ping")), 4);
  assertEquals((await receiveAll(platform.poller, server, 4)).bytes, encoder.encode("ping"));
});

const REFUSED_CLIENTS: readonly (readonly [TLSErrorReason, Partial<TLSOptions>])[] = [
  ["expired", EXPIRED],
  ["not-yet-valid", FUTURE],
  ["self-signed", SELF_SIGNED],
  ["untrusted", { cert: CERTIFICATE, key: KEY }],
  ["no-certificate", {}],
];

for (const [reason, certificate] of REFUSED_CLIENTS) {
  test(`TLS: a server refuses a client's certificate: ${reason}`, async (platform) => {
    const client = { ...CLIENT, ...certificate } as TLSOptions;
    assertReason((await shakeHands(platform, MUTUAL, client)).serverError, reason);
  });
}

test("TLS: nothing in common", async (platform) => {
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
  // Deno does not send the alert when TLS stands on a stream of JavaScript.
  assertReason(protocols.clientError, "closed");
  assertReason(versions.clientError, "closed");
});

test("TLS: what comes is not TLS, or nothing", async (platform) => {
  for (const [side, options] of [["client", CLIENT], ["server", SERVER]] as const) {
    for (const reason of ["not-tls", "closed"] as const) {
      const { client, server } = await pair(platform);
      const [end, peer] = side === "client" ? [client, server] : [server, client];
      const secured = secure(end, options);
      if (reason === "not-tls") peer.send(encoder.encode("220 I speak something else\r\n"));
      else peer.close();
      platform.poller.register(secured, WRITE | ERROR);
      let error: SocketError | null = null;
      await until(platform.poller, () => error !== null, () => error ??= secured.takeError());
      assertReason(error, reason);
    }
  }
});

for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
  const server = { ...SERVER, maxVersion };
  for (const amount of [0, 3_000_000]) {
    test(`StreamHandle.tls.isTruncated is false after a goodbye, ${maxVersion}, ${amount}`, async (platform) => {
      const { client, server: end } = await shakeHands(platform, server);
      await sendAll(platform.poller, end, pattern(amount));
      end.close();
      const { bytes, ended } = await receiveAll(platform.poller, client);
      assertEquals([bytes.length, ended, client.tls?.isTruncated], [amount, true, false]);
    });
  }

  test(`StreamHandle.tls.isTruncated is true without a goodbye, ${maxVersion}`, async (platform) => {
    const { client, server: end } = await shakeHands(platform, server);
    end.send(encoder.encode("ab"));
    assertEquals((await receiveAll(platform.poller, client, 2)).bytes.length, 2);
    assertEquals(client.tls?.isTruncated, false);
    end.abort();
    const { bytes, ended } = await receiveAll(platform.poller, client);
    assertEquals([bytes.length, ended, client.tls?.isTruncated], [0, true, true]);
  });

  test(`StreamHandle.shutdownWrite() says goodbye in one direction, ${maxVersion}`, async (platform) => {
    const { client, server: end } = await shakeHands(platform, server);
    client.shutdownWrite();
    assertEquals((await receiveAll(platform.poller, end)).ended, true);
    assertEquals(end.tls?.isTruncated, false);
    assertEquals(end.send(encoder.encode("still here")), 10);
    end.shutdownWrite();
    const { bytes, ended } = await receiveAll(platform.poller, client);
    assertEquals([bytes, ended], [encoder.encode("still here"), true]);
    assertEquals(client.tls?.isTruncated, false);
  });
}

function derOf(pem: string): Uint8Array {
  const [, base64 = ""] = /-----BEGIN CERTIFICATE-----([^-]*)-----/.exec(pem) ?? [];
  return Uint8Array.from(atob(base64.replace(/\s/g, "")), (char) => char.charCodeAt(0));
}

test("StreamHandle over TLS holds a sender up whose peer does not receive", async (platform) => {
  const { client, server } = await shakeHands(platform);
  const taken = await sendUntilFull(platform.poller, server);
  assertLess(taken, 32 << 20);
  server.shutdownWrite();
  const { bytes, ended } = await receiveAll(platform.poller, client);
  assertEquals([bytes.length, ended, client.tls?.isTruncated], [taken, true, false]);
});

test("StreamHandle.startTls() takes along what was received and what was not sent", async (platform) => {
  const { poller } = platform;
  const below = await pair(platform);
  const data = pattern(1 << 20);
  const taken = below.server.send(data);
  const server = secure(below.server, SERVER);
  const { bytes } = await receiveAll(poller, below.client, taken);
  assertEquals(bytes, data.subarray(0, taken));
  const client = secure(below.client, CLIENT);
  const { clientError, serverError } = await settled(platform, { client, server });
  assertEquals([clientError, serverError], [null, null]);
});
