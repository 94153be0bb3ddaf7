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
} from "../../poller/mod.ts";
import type { SimHost } from "../host/host.ts";
import { isConditional, sendOverLink } from "./link_sender.ts";
import type { MessageKind } from "./network_rules.ts";
import { Opening } from "./opening.ts";
import { findLocal, findRoute } from "./routes.ts";
import { seenBy, type SimListener } from "./sim_listener.ts";
import { SimStream } from "./sim_stream.ts";
import { pathError } from "./socket_path.ts";
import { addSeconds } from "../virtual_time.ts";
import { latencyBetween } from "../world.ts";

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
  const tooLong = pathError("connect", address);
  if (tooLong !== null) return failLater(stream, tooLong);
  if ("path" in address) return new Handshake(stream, stream.host.main, address, null).ask();
  const { host } = stream;
  const route = findRoute(host, address.hostname);
  if (route === null) {
    return failLater(stream, cannotConnect(stream, "ENOTFOUND", "host name is unknown"));
  }
  try {
    const target: StreamAddress = { ...address, hostname: route.address };
    const local = chooseLocal(stream, route.source, from, target);
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
  target: StreamAddress,
): StreamAddress {
  const { streams } = stream.host.network;
  if (from === undefined || "path" in from) {
    stream.ephemeralPort = streams.takeEphemeral();
    return { transport: "tcp", hostname: source, port: stream.ephemeralPort };
  }
  const hostname = localName(stream.host, from.hostname, source);
  if (from.port === 0) stream.ephemeralPort = streams.takeEphemeral(true);
  else streams.checkFree("connect from", { ...from, hostname });
  const local: StreamAddress = { ...from, hostname, port: from.port || stream.ephemeralPort };
  const ends = `${formatAddress(local)} to ${formatAddress(target)}`;
  streams.enter(ends);
  stream.ends = ends;
  return local;
}

function localName(host: SimHost, hostname: string, source: string): string {
  const local = findLocal(host, hostname);
  if (local === null) {
    throw new SocketError(
      "EADDRNOTAVAIL",
      `Cannot connect from ${hostname}: address is not of host ${host.machine}`,
    );
  }
  return local === "0.0.0.0" || local === "::" ? source : local;
}

/** Has the attempt fail, but not at once. */
export function failLater(stream: SimStream, error: SocketError): void {
  const { time, link } = stream.host.world;
  const at = addSeconds(time.now, link.localLatency);
  time.schedule(at, () => failNow(stream, error), stream.host.lane);
}

function failNow(stream: SimStream, error: SocketError): void {
  if (!stream.closed) stream.host.record("failed", stream.label, error.code);
  stream.failToConnect(error);
}

function cannotConnect(stream: SimStream, code: SocketErrorCode, why: string): SocketError {
  const target = formatAddress(stream.remoteAddress);
  return new SocketError(code, `Cannot connect to ${target}: ${why}`);
}

/** What is said of each refusal. */
const REFUSALS = {
  ECONNREFUSED: "connection is refused",
  ENOENT: "path is missing",
  EUNKNOWN: "socket at the path is of another kind",
} as const;

/** Why nobody takes a connection on a host. */
function refusalOf(host: SimHost, target: StreamAddress): keyof typeof REFUSALS {
  const { network } = host;
  if (!("path" in target)) return "ECONNREFUSED";
  host.noteShared(`file ${target.path}`, false);
  if (network.socketFiles.has(target.path ?? "")) return "ECONNREFUSED";
  const isOther = network.datagrams.find({ ...target, transport: "unixpacket" }) !== undefined;
  return isOther ? "EUNKNOWN" : "ENOENT";
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
  /** The other end, once the question has reached a listener: its host keeps it meanwhile. */
  #opening: Opening | null = null;

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
    const { host } = this.#client;
    const isOwn = to === host.main;
    if (isOwn && this.#standsAtOnce(to)) return;
    const asked = to.network.processAt(to.network.streams, this.#target);
    this.#later("connect", host, asked, () => {
      // Another may have been started in its place; its own questions end with a host.
      this.#wasAsked(isOwn ? to : to.world.hosts.get(to.name) as SimHost);
    });
  }

  /**
   * Lets the strategy have a connection of the host to itself stand at once; the program hears of it
   * when it would have anyway, unless the connection is lost before.
   */
  #standsAtOnce(host: SimHost): boolean {
    const { world } = host;
    if (!world.surprises?.loopback || world.choose("loopback", 2) === 0) return false;
    const listener = this.#chooseListener(host);
    if (listener === undefined || !listener.hasRoom) return false;
    const opening = this.#open(listener);
    this.#client.stand();
    opening.confirmed(this.#target, this.#source);
    const at = addSeconds(world.time.now, 2 * world.link.localLatency);
    world.time.schedule(at, () => {
      if (this.#client.connecting) this.#client.established(this.#source, this.#target);
    }, this.#client.host.lane);
    return true;
  }

  /** Nobody has answered: wait, and ask again. */
  #askAgain(): void {
    const { time } = this.#client.host.world;
    const wait = RETRY_FIRST_SECONDS * 2 ** this.#retries;
    time.schedule(addSeconds(time.now, wait), () => {
      if (!this.#client.connecting || this.#client.host.life !== "up") return;
      if (this.#retries++ < RETRIES_MAX) this.ask();
      else failNow(this.#client, cannotConnect(this.#client, "ETIMEDOUT", "attempt is timed out"));
    });
  }

  /** On the server's host. */
  #wasAsked(to: SimHost): void {
    if (to.life !== "up") return this.#askAgain();
    const known = this.#opening;
    if (known !== null && !known.isOver) return this.#answer(known);
    const listener = this.#chooseListener(to);
    if (listener === undefined) return this.#refuse(to);
    // A full backlog drops what comes, as Linux does: the client asks again.
    if (!listener.hasRoom) {
      listener.host.record("overflow", listener.label, this.#client.label);
      return this.#askAgain();
    }
    const opening = this.#open(listener);
    this.#opening = opening;
    if (isConditional(to.world, this.#client.host, to)) opening.expireLater();
    this.#answer(opening);
  }

  /** The address of the client; a UNIX stream has none. */
  get #source(): StreamAddress {
    return this.#local ?? { transport: "unix", path: null };
  }

  /** The listener that is asked: one of those that share the port. */
  #chooseListener(to: SimHost): SimListener | undefined {
    const listeners = to.network.streams.findSharing(this.#target);
    const index = listeners.length < 2 ? 0 : to.world.choose("listener", listeners.length);
    // Another process may have it than the one by whose lane the question goes.
    listeners[index]?.host.touch();
    return listeners[index];
  }

  #open(listener: SimListener): Opening {
    const server = new SimStream(listener.host, seenBy(listener, this.#source));
    SimStream.join(this.#client, server);
    return new Opening(listener, server);
  }

  #refuse(to: SimHost): void {
    const code = refusalOf(to, this.#target);
    to.record("refuse", this.#client.label, formatAddress(this.#target));
    const why = REFUSALS[code];
    this.#later("answer", to, this.#client.host, () => {
      failNow(this.#client, cannotConnect(this.#client, code, why));
    });
  }

  #answer(opening: Opening): void {
    const { host } = opening.server;
    this.#later("answer", host, this.#client.host, () => this.#wasAnswered(opening));
  }

  /** On the client's host. */
  #wasAnswered(opening: Opening): void {
    const client = this.#client;
    const { host } = client;
    if (host.life !== "up") return opening.expireLater();
    // The network may have become worse since the question.
    if (isConditional(host.world, host, opening.server.host)) opening.expireLater();
    client.confirm(() => opening.confirmed(this.#target, this.#source));
    // The client gave up: the server hears of it right after the handshake.
    if (client.closed) return client.reset();
    host.record("connected", client.label, formatAddress(this.#target));
    client.established(this.#source, this.#target);
  }

  /** Has something happen after the time from one host to another, unless it gets lost. */
  #later(kind: MessageKind, from: SimHost, to: SimHost, event: () => void): void {
    const { world } = from;
    const arrive = () => {
      // The other end, at another host, is looked at and changed as well.
      this.#client.host.touch();
      if (this.#client.connecting || this.#client.closed) event();
    };
    if (!isConditional(world, from, to)) {
      const { time } = world;
      time.schedule(addSeconds(time.now, latencyBetween(world, from, to)), arrive, to.lane);
      return;
    }
    sendOverLink({ from, to, kind, label: this.#client.label, arrive }, () => this.#askAgain());
  }
}
