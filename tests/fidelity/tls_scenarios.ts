/**
 * TLS: handshakes that succeed and fail, and how it ends.
 *
 * @module
 */

import { type StreamHandle, TLSError, type TLSOptions } from "../../poller/mod.ts";
import {
  AUTHORITY,
  CERTIFICATE,
  EXPIRED,
  KEY,
  OTHER,
  OTHER_AUTHORITY,
  SELF_SIGNED,
} from "../contract/tls_certificates.ts";
import { type Lab, tryTo } from "./lab.ts";
import type { Scenarios } from "./scenario.ts";

const FIVE = new Uint8Array(5);
const SERVER = { side: "server", cert: CERTIFICATE, key: KEY } as const;
const CLIENT = { side: "client", hostname: "localhost", caCerts: [AUTHORITY] } as const;
const CHECKING = { ...SERVER, verify: true, caCerts: [OTHER_AUTHORITY] } as const;
const TEXT = new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n");

/** The scenarios. */
export const tlsScenarios: Scenarios = {
  "TLS: a handshake, and 5 bytes": async (lab) => {
    const { client, server, text } = await secured(lab, SERVER, CLIENT);
    await lab.sendAll(client, FIVE);
    return `${text}; ${await lab.read(server, 5)}`;
  },

  "TLS: a certificate for another name": (lab) =>
    handshake(lab, SERVER, { ...CLIENT, hostname: "other.test" }),

  "TLS: a certificate of an unknown authority": (lab) =>
    handshake(lab, SERVER, { ...CLIENT, caCerts: [OTHER_AUTHORITY] }),

  "TLS: a certificate that is not verified": (lab) =>
    handshake(lab, SERVER, { ...CLIENT, caCerts: [], verify: false }),

  "TLS: a certificate that has expired": (lab) =>
    handshake(lab, { ...SERVER, ...EXPIRED }, {
      ...CLIENT,
      caCerts: [OTHER_AUTHORITY],
    }),

  "TLS: a certificate that certifies itself": (lab) =>
    handshake(lab, { ...SERVER, ...SELF_SIGNED }, CLIENT),

  "TLS: the client has a certificate": (lab) => handshake(lab, CHECKING, { ...CLIENT, ...OTHER }),

  "TLS: the client has no certificate": (lab) =>
    handshake(lab, CHECKING, { ...CLIENT, maxVersion: "TLSv1.2" }),

  "TLS: no version in common": (lab) =>
    handshake(lab, { ...SERVER, minVersion: "TLSv1.3" }, { ...CLIENT, maxVersion: "TLSv1.2" }),

  "TLS: a protocol in common": async (lab) => {
    const { client, text } = await secured(
      lab,
      { ...SERVER, alpnProtocols: ["h2", "imap"] },
      { ...CLIENT, alpnProtocols: ["imap"] },
    );
    return `${text}; ${client.tls?.alpnProtocol ?? "none"}`;
  },

  "TLS: the server answers in plain text": async (lab) => {
    const { client, server } = await lab.pair();
    const secure = start(client, CLIENT);
    await lab.sendAll(server, TEXT);
    return await settled(lab, secure);
  },

  "TLS: the client speaks plain text": async (lab) => {
    const { client, server } = await lab.pair();
    const secure = start(server, SERVER);
    await lab.sendAll(client, TEXT);
    return await settled(lab, secure);
  },

  "TLS: the peer closes during the handshake": async (lab) => {
    const { client, server } = await lab.pair();
    const secure = start(client, CLIENT);
    await lab.roundTrip();
    server.close();
    return await settled(lab, secure);
  },

  "TLS: both ends close well": async (lab) => {
    const { client, server } = await secured(lab, SERVER, CLIENT);
    client.close();
    const seen = await lab.read(server);
    return `${seen}, ${server.tls?.isTruncated ? "truncated" : "whole"}`;
  },

  "TLS: 5 bytes and close()": async (lab) => {
    const { client, server } = await secured(lab, SERVER, CLIENT);
    await lab.sendAll(client, FIVE);
    client.close();
    const seen = await lab.read(server);
    return `${seen}, ${server.tls?.isTruncated ? "truncated" : "whole"}`;
  },

  "TLS: send() after shutdownWrite()": async (lab) => {
    const { client } = await secured(lab, SERVER, CLIENT);
    client.shutdownWrite();
    return String(tryTo(() => client.send(FIVE)));
  },

  "TLS: use after close()": async (lab) => {
    const { client } = await secured(lab, SERVER, CLIENT);
    client.close();
    const uses: (() => unknown)[] = [
      () => client.receive(),
      () => client.send(FIVE),
      () => client.fileno(),
    ];
    return uses.map((use) => String(tryTo(use))).join();
  },

  "TLS: start it while connecting": async (lab) => {
    const client = lab.network.connect(lab.listen().localAddress);
    const outcome = String(tryTo(() => start(client, CLIENT)));
    return await Promise.resolve(outcome);
  },
};

function start(stream: StreamHandle, options: TLSOptions): StreamHandle {
  if (stream.startTls === undefined) throw new Error("Cannot start TLS: platform has none");
  return stream.startTls(options);
}

/** Waits for the end of a handshake: `ok`, or why there is no TLS. */
async function settled(lab: Lab, stream: StreamHandle): Promise<string> {
  await lab.until(stream, 0x004, () => !stream.connecting);
  const error = stream.takeError();
  if (error instanceof TLSError) return error.reason;
  return error?.code ?? "ok";
}

/** Goes over to TLS on two connected streams. */
async function secured(
  lab: Lab,
  serverOptions: TLSOptions,
  clientOptions: TLSOptions,
): Promise<{ client: StreamHandle; server: StreamHandle; text: string }> {
  const { client, server } = await lab.pair();
  const [far, near] = [start(server, serverOptions), start(client, clientOptions)];
  const nearText = await settled(lab, near);
  // A client that gives up lets go, so that the server hears of it.
  if (nearText !== "ok") near.close();
  const text = `client ${nearText}, server ${await settled(lab, far)}`;
  return { client: near, server: far, text };
}

async function handshake(lab: Lab, server: TLSOptions, client: TLSOptions): Promise<string> {
  return (await secured(lab, server, client)).text;
}
