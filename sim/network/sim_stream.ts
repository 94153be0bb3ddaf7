/**
 * Streams of a simulated network.
 *
 * @module
 */

import {
  formatAddress,
  READ,
  SocketError,
  type SocketErrorCode,
  type StreamAddress,
  type StreamHandle,
  type TLSOptions,
  WRITE,
} from "../../poller/mod.ts";
import { KeepAlive } from "./keep_alive.ts";
import { Pipe, type PipeEnds } from "./pipe.ts";
import type { SimHost } from "../host/host.ts";
import { drawSize } from "./partial.ts";
import { RECEIVE_MAX, ReceivingHandle } from "./receiving_handle.ts";

/** Up to this many bytes a loop is faster than a call of the engine. */
const COPY_BY_HAND_MAX = 32;

/** A stream; also what is left of it in the network after `close()`, until all is sent. */
export class SimStream extends ReceivingHandle implements StreamHandle {
  /** True until the attempt to connect has succeeded or failed. */
  connecting = true;
  /** The address of this end; `null` until connected. */
  localAddress: StreamAddress | null = null;
  /** The address of the other end. */
  remoteAddress: StreamAddress;
  /** The port to give back when the connection is over; 0 if there is none. */
  ephemeralPort = 0;
  /** Both ends as text, if the address was asked for, until the connection is over; else empty. */
  ends = "";
  /** What stands for this end: the stream itself, or what has taken its connection over. */
  heir: SimStream = this;
  /** The other end, once there is one. */
  #peer: SimStream | null = null;
  /** What this end sends. */
  #out: Pipe | null = null;
  /** What this end receives. */
  #in: Pipe | null = null;
  /** True after an error was reported: nothing can be received or sent any more. */
  #lost = false;
  /** True while the network holds the connection and the program has not heard of it. */
  #stands = false;
  /** True when the end was asked for before there was a connection. */
  #isShut = false;
  /** True when this end has sent its end. */
  #finished = false;
  /** True when this end has sent its end before that of the peer arrived. */
  #hasEndedFirst = false;
  /** True when this end has given the connection up and the peer may not know. */
  #isGone = false;
  /** Whether an idle connection is probed while something is wrong; `null` if it never was. */
  #keepAlive: KeepAlive | null = null;

  /** Made by `connect`, and for a listener when a connection comes in. */
  constructor(host: SimHost, remoteAddress: StreamAddress) {
    super(host, "stream");
    this.remoteAddress = remoteAddress;
  }

  /** Makes two streams each other's peer; neither is told yet. */
  static join(a: SimStream, b: SimStream): void {
    a.#out = b.#in = new Pipe(a.host.world, pipeEnds(a, b));
    b.#out = a.#in = new Pipe(a.host.world, pipeEnds(b, a));
    a.#peer = b;
    b.#peer = a;
  }

  /** Has the connection stand before the program hears of it. */
  stand(): void {
    this.#stands = true;
  }

  /** Has the stream be connected. */
  established(localAddress: StreamAddress, remoteAddress: StreamAddress): void {
    this.connecting = false;
    this.localAddress = localAddress;
    this.remoteAddress = remoteAddress;
    if (this.#isShut) this.#out?.end();
    this.raise(WRITE);
    this.arrived();
  }

  /** Has the attempt to connect fail. */
  failToConnect(error: SocketError): void {
    if (!this.connecting || this.closed) return;
    this.connecting = false;
    this.#giveBackPort();
    this.fail(error);
  }

  /** Whether the connection is lost without that an error waits to be reported, or with it. */
  get broken(): boolean {
    return this.#lost || this.error !== null;
  }

  /** Sends bytes, as many as there is room for. */
  send(bytes: Uint8Array): number {
    this.host.touch();
    if (this.closed) throw new SocketError("EBADF", `Cannot send on ${this.label}: it is closed`);
    this.throwError();
    const out = this.#out;
    if (this.#lost || this.#isShut || out?.ending) {
      throw new SocketError("EPIPE", `Cannot send on ${this.label}: it is shut for writing`);
    }
    if (out === null || this.connecting || bytes.length === 0) return 0;
    const count = this.chooseSize("send", Math.min(bytes.length, out.room), 0);
    if (count > 0) out.write(copyOf(bytes, count));
    if (out.room === 0) this.lower(WRITE);
    return count;
  }

  /** Ends the stream in this direction once all that was taken is sent. */
  shutdownWrite(): void {
    if (this.closed || this.#lost) return;
    this.#isShut = true;
    if (this.#out === null || this.connecting) return;
    this.#out.end();
    this.raise(WRITE);
  }

  /** Turns the probes of an idle connection on or off. There are none while nothing is wrong. */
  setKeepAlive(keepAlive: boolean): void {
    if (this.closed || "path" in this.remoteAddress) return;
    this.#keepAlive ??= new KeepAlive(this);
    this.#keepAlive.isOn = keepAlive;
    this.watchPeer();
  }

  /** Closes the handle; what was taken is still sent. */
  close(): void {
    if (!this.markClosed()) return;
    if (this.#isUnknown || this.broken) return this.#giveUp();
    if (this.#isLocal && this.#leavesBytes && !this.#endsOtherwise()) return this.reset();
    this.connecting = false;
    this.#in?.deafen();
    this.#out?.end();
  }

  /** Closes the handle at once; the peer sees a reset, of a UNIX stream only if bytes are unread. */
  abort(): void {
    if (!this.markClosed()) return;
    if (this.#isUnknown || this.broken) return this.#giveUp();
    const isReset = !this.#isLocal || this.#leavesBytes;
    if (isReset && !this.#endsOtherwise()) return this.reset();
    this.connecting = false;
    this.#in?.deafen();
    this.#out?.endNow();
  }

  /** Closes the handle, which nobody will accept: the peer sees a reset. */
  refuse(): void {
    if (!this.markClosed()) return;
    if (this.broken) this.#giveUp();
    else this.reset();
  }

  /**
   * Closes the handle, which was accepted for no other end: the peer sees the end of the stream, or
   * a reset if it has sent something.
   */
  turnAway(): void {
    if (!this.#leavesBytes || this.#endsOtherwise()) this.close();
    else this.refuse();
  }

  /** Whether there is no connection yet. */
  get #isUnknown(): boolean {
    return this.connecting && !this.#stands;
  }

  /** Whether this is a UNIX stream, and no pipe of a process. */
  get #isLocal(): boolean {
    const isNamed = (address: StreamAddress | null) =>
      address !== null && "path" in address && address.path !== null;
    return isNamed(this.remoteAddress) || isNamed(this.localAddress);
  }

  /** Whether bytes have arrived that were not received. */
  get #leavesBytes(): boolean {
    return this.#in !== null && this.#in.waiting > 0;
  }

  /** Whether, by surprise, a connection that is given up ends in the less usual way. */
  #endsOtherwise(): boolean {
    const { world } = this.host;
    return world.surprises?.end === true && world.choose("end", 2) === 1;
  }

  /** Tells the peer that the connection is gone. */
  reset(): void {
    this.#out?.cut();
    this.#giveBackPort();
    this.#isGone = true;
    if (this.#peer !== null) this.#out?.deliverReset(() => this.#peer?.wasReset());
    this.#in?.deafen();
  }

  /** Nothing: TLS has streams of its own. */
  get tls(): null {
    return null;
  }

  /** Goes over to TLS. */
  startTls(options: TLSOptions): StreamHandle {
    const operation = `start TLS with ${formatAddress(this.remoteAddress)}`;
    if (this.closed) throw new SocketError("EBADF", `Cannot ${operation}: handle is closed`);
    this.throwError();
    if (this.connecting || this.#out === null) {
      throw new SocketError("ENOTCONN", `Cannot ${operation}: stream is not connected`);
    }
    return this.host.network.startTls(this, operation, options);
  }

  /** Hands the connection on to another stream, and is closed. */
  handOver(heir: SimStream): void {
    this.heir = heir;
    heir.connecting = false;
    heir.localAddress = this.localAddress;
    heir.ephemeralPort = this.ephemeralPort;
    this.ephemeralPort = 0;
    heir.ends = this.ends;
    this.ends = "";
    heir.#out = this.#out;
    heir.#in = this.#in;
    heir.#peer = this.#peer;
    if (this.#peer !== null) this.#peer.#peer = heir;
    heir.#lost = this.#lost;
    heir.#finished = this.#finished;
    heir.#hasEndedFirst = this.#hasEndedFirst;
    heir.#isGone = this.#isGone;
    if (this.#keepAlive?.isOn) heir.setKeepAlive(true);
    if (this.#keepAlive !== null) this.#keepAlive.isOn = false;
    this.markClosed();
  }

  /** Has the last message of the handshake reach the peer's host. */
  confirm(arrive: () => void): void {
    this.#out?.deliver("acknowledgement", 0, arrive);
  }

  /** The host of the peer, once there is one. */
  get peerHost(): SimHost | null {
    return this.#peer?.host ?? null;
  }

  /** Whether the peer has given the connection up. */
  get isPeerGone(): boolean {
    return this.#peer !== null && this.#peer.#isGone;
  }

  /** Called when something may be wrong with the network, or with the peer's host. */
  watchPeer(): void {
    this.#keepAlive?.watch();
  }

  /** Has the connection fail because nothing is heard of the peer, which is not told. */
  timedOut(): void {
    this.host.record("timeout", this.label, "");
    this.#out?.cut();
    this.#isGone = true;
    this.#giveBackPort();
    if (this.closed || this.broken) return;
    const why = "nothing is heard of its peer";
    this.fail(new SocketError("ETIMEDOUT", `Cannot use ${this.label}: ${why}`));
  }

  /** Has the handle be closed without a word to anybody, as its host has crashed. */
  vanish(): void {
    if (this.markClosed()) this.#giveUp();
  }

  /** Called by the pipe after room has come free. */
  roomCame(): void {
    if (!this.closed && !this.broken) this.raise(WRITE);
  }

  /** Called by the pipe after something has arrived. */
  arrived(): void {
    const pipe = this.#in;
    if (pipe === null) return;
    if (this.#isGone && this.#out?.hasMetConditions) return this.reset();
    if (this.closed) return this.#arrivedAfterClose(pipe);
    if (!this.connecting && (pipe.waiting > 0 || pipe.atEnd)) this.raise(READ);
  }

  /** Called by the pipe when this end has sent its end. */
  finished(): void {
    this.#finished = true;
    this.#hasEndedFirst = this.#in?.endArrived === false;
    this.#checkOver();
  }

  /** Nothing can be received or sent after an error was reported. */
  protected override errorTaken(): void {
    this.#lost = true;
    this.#in?.deafen();
  }

  /** Has the connection fail, as the peer said. */
  wasReset(): void {
    if (this.host.life !== "up") return;
    const code: SocketErrorCode = this.#in?.endArrived ? "EPIPE" : "ECONNRESET";
    this.host.record("reset", this.label, "");
    this.#out?.cut();
    this.#isGone = true;
    this.#giveBackPort();
    if (this.closed || this.broken) return;
    const error = new SocketError(
      code,
      `Cannot use ${this.label}: connection is reset by its peer`,
    );
    if (this.connecting) this.failToConnect(error);
    else this.fail(error);
  }

  /** See {@linkcode ReceivingHandle.receivable}. */
  protected override receivable(): number | null | undefined {
    this.host.touch();
    if (this.closed) {
      throw new SocketError("EBADF", `Cannot receive on ${this.label}: it is closed`);
    }
    const pipe = this.#in;
    const waiting = pipe === null || this.connecting ? 0 : pipe.waiting;
    if (waiting > 0) return this.chooseSize("read", Math.min(waiting, RECEIVE_MAX), 1);
    this.throwError();
    if (this.#lost) return null;
    return pipe !== null && !this.connecting && pipe.atEnd ? null : undefined;
  }

  /** See {@linkcode ReceivingHandle.take}. */
  protected override take(count: number): Uint8Array {
    const pipe = this.#in as Pipe;
    const bytes = pipe.read(count);
    if (pipe.waiting === 0 && !pipe.atEnd && this.error === null) this.lower(READ);
    return bytes;
  }

  /** Draws how much of what is possible is done. */
  protected chooseSize(label: string, most: number, least: number): number {
    return drawSize(this.host.world, label, most, least);
  }

  /** What was taken before `close()` is sent before the peer hears that nobody listens any more. */
  #arrivedAfterClose(pipe: Pipe): void {
    if (pipe.endArrived) this.#checkOver();
    else if (this.#finished) this.reset();
  }

  #giveUp(): void {
    this.connecting = false;
    this.#out?.cut();
    this.#in?.deafen();
    this.#giveBackPort();
  }

  /** Gives the port back once both directions have ended. */
  #checkOver(): void {
    if (!this.#finished || !this.#in?.endArrived) return;
    this.#giveBackPort();
    if (!this.#hasEndedFirst || this.localAddress === null || "path" in this.localAddress) return;
    this.#hasEndedFirst = false;
    this.host.network.linger(this.localAddress.port);
  }

  #giveBackPort(): void {
    if (this.ends !== "") this.host.network.streams.leave(this.ends);
    this.ends = "";
    if (this.ephemeralPort === 0) return;
    this.host.network.releasePort(this.ephemeralPort);
    this.ephemeralPort = 0;
  }
}

/** Copies the first bytes; for a few of them this is several times faster than `slice`. */
function copyOf(bytes: Uint8Array, count: number): Uint8Array {
  const copy = new Uint8Array(count);
  if (count <= COPY_BY_HAND_MAX) {
    for (let i = 0; i < count; i++) copy[i] = bytes[i] as number;
  } else {
    copy.set(count === bytes.length ? bytes : bytes.subarray(0, count));
  }
  return copy;
}

function pipeEnds(from: SimStream, to: SimStream): PipeEnds {
  return {
    from: from.host,
    to: to.host,
    label: to.label,
    onRoom: () => from.heir.roomCame(),
    onArrival: () => to.heir.arrived(),
    onFinished: () => from.heir.finished(),
    onGivenUp: () => from.heir.timedOut(),
    onUnknown: () => from.heir.wasReset(),
  };
}
