/**
 * How a simulated stream gets connected.
 *
 * @module
 */

import {
  formatAddress,
  SocketError,
  type SocketErrorCode,
  type StreamAddress,
} from "../poller/mod.ts";
import type { SimHost } from "./host.ts";
import { findLocal, findRoute } from "./routes.ts";
import type { SimListener } from "./sim_listener.ts";
import { SimStream } from "./sim_stream.ts";
import { addSeconds } from "./virtual_time.ts";
import { latencyBetween } from "./world.ts";

/** How long Linux waits for an answer before it asks again; it doubles each time. */
const RETRY_FIRST_SECONDS = 1;

/** How often Linux asks again (`tcp_syn_retries`); it gives up after 127 s. */
const RETRIES_MAX = 6;

/** Begins to connect a stream; what comes of it happens later. */
export function beginToConnect(
  stream: SimStream,
  address: StreamAddress,
  from: StreamAddress | undefined,
): void {
  if ("path" in address) return new Handshake(stream, stream.host, address, null).ask();
  const { host } = stream;
  const route = findRoute(host, address.hostname);
  if (route === null) {
    return failLater(stream, cannotConnect(stream, "ENOTFOUND", "host name is unknown"));
  }
  try {
    const local = chooseLocal(stream, route.source, from);
    const target: StreamAddress = { ...address, hostname: route.address };
    new Handshake(stream, route.to, target, local).ask();
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    failLater(stream, error);
  }
}

/** Picks the address that a connection comes from. */
function chooseLocal(
  stream: SimStream,
  source: string,
  from: StreamAddress | undefined,
): StreamAddress {
  const { network } = stream.host;
  if (from !== undefined && !("path" in from) && from.port !== 0) {
    const hostname = localName(stream.host, from.hostname, source);
    const local: StreamAddress = { transport: "tcp", hostname, port: from.port };
    network.streams.checkFree("connect from", local);
    return local;
  }
  const hostname = from === undefined || "path" in from
    ? source
    : localName(stream.host, from.hostname, source);
  stream.ephemeralPort = network.streams.takeEphemeral();
  return { transport: "tcp", hostname, port: stream.ephemeralPort };
}

function localName(host: SimHost, hostname: string, source: string): string {
  const local = findLocal(host, hostname);
  if (local === null) {
    throw new SocketError(
      "EADDRNOTAVAIL",
      `Cannot connect from ${hostname}: address is not of host ${host.name}`,
    );
  }
  return local === "0.0.0.0" || local === "::" ? source : local;
}

/** Has the attempt fail, but not at once. */
function failLater(stream: SimStream, error: SocketError): void {
  const { time, link } = stream.host.world;
  time.schedule(addSeconds(time.now, link.localLatency), () => failNow(stream, error));
}

function failNow(stream: SimStream, error: SocketError): void {
  if (!stream.closed) stream.host.record("failed", stream.label, error.code);
  stream.failToConnect(error);
}

function cannotConnect(stream: SimStream, code: SocketErrorCode, why: string): SocketError {
  const target = formatAddress(stream.remoteAddress);
  return new SocketError(code, `Cannot connect to ${target}: ${why}`);
}

/** One attempt to connect: asks, is answered, and confirms; each takes the latency once. */
class Handshake {
  readonly #client: SimStream;
  /** The host that is asked; `null` if nobody has the address. */
  readonly #to: SimHost | null;
  readonly #target: StreamAddress;
  /** Where the connection comes from; `null` for a UNIX stream, which has no name. */
  readonly #local: StreamAddress | null;
  #retries = 0;

  constructor(
    client: SimStream,
    to: SimHost | null,
    target: StreamAddress,
    local: StreamAddress | null,
  ) {
    this.#client = client;
    this.#to = to;
    this.#target = target;
    this.#local = local;
  }

  ask(): void {
    const to = this.#to;
    if (to === null) return this.#askAgain();
    this.#later(to, () => this.#wasAsked(to));
  }

  /** Nobody has answered: wait, and ask again. */
  #askAgain(): void {
    const { time } = this.#client.host.world;
    const wait = RETRY_FIRST_SECONDS * 2 ** this.#retries;
    time.schedule(addSeconds(time.now, wait), () => {
      if (this.#client.closed) return;
      if (this.#retries++ < RETRIES_MAX) this.ask();
      else failNow(this.#client, cannotConnect(this.#client, "ETIMEDOUT", "attempt is timed out"));
    });
  }

  /** On the server's host. */
  #wasAsked(to: SimHost): void {
    const listener = to.network.streams.find(this.#target);
    if (listener === undefined) {
      const code = "path" in this.#target ? "ENOENT" : "ECONNREFUSED";
      to.record("refuse", this.#client.label, formatAddress(this.#target));
      const why = code === "ENOENT" ? "path is missing" : "connection is refused";
      return this.#later(to, () => failNow(this.#client, cannotConnect(this.#client, code, why)));
    }
    // A full backlog drops what comes, as Linux does: the client asks again.
    if (!listener.hasRoom) {
      to.record("overflow", listener.label, this.#client.label);
      return this.#askAgain();
    }
    const peer = this.#local ?? { transport: "unix", path: null } as const;
    const server = new SimStream(to, peer);
    SimStream.join(this.#client, server);
    listener.opening();
    this.#later(to, () => this.#wasAnswered(listener, server, peer));
  }

  /** On the client's host. */
  #wasAnswered(listener: SimListener, server: SimStream, peer: StreamAddress): void {
    const client = this.#client;
    client.deliver(() => {
      server.established(this.#target, peer);
      listener.opened(server);
    });
    // The client gave up: the server hears of it right after the handshake.
    if (client.closed) return client.reset();
    client.host.record("connected", client.label, formatAddress(this.#target));
    client.established(peer, this.#target);
  }

  /** Has something happen after the time from the client's host to the other, or back. */
  #later(to: SimHost, event: () => void): void {
    const { world } = this.#client.host;
    world.time.schedule(
      addSeconds(world.time.now, latencyBetween(world, this.#client.host, to)),
      event,
    );
  }
}
