/**
 * The pipes of a child.
 *
 * @module
 */

import type { StreamHandle } from "../../poller/handle.ts";
import { Failure } from "../deferred/failure.ts";
import { ConnectionAborted, ConnectionDone, ConnectionLost } from "../errors.ts";
import type { ChildFD } from "../interfaces/reactor_process.ts";
import { FileDescriptor } from "../net/file_descriptor.ts";
import { receiveFrom, sendTo } from "../net/handle_io.ts";
import type { TransportSite } from "../net/transport_site.ts";

/** Who is told of a pipe. */
export interface PipeOwner {
  /** Bytes have come from the child. */
  childDataReceived(childFD: ChildFD, data: Uint8Array): void;
  /** The pipe is closed. */
  childConnectionLost(childFD: ChildFD, reason: Failure): void;
  /** What to call it in the log. */
  logPrefix(): string;
}

/** A pipe to or from a child, as the reactor watches it. */
abstract class ProcessPipe extends FileDescriptor {
  /** The handle of this end. */
  protected readonly handle: StreamHandle;
  /** The child's end. */
  protected readonly childFD: ChildFD;
  /** Who is told. */
  protected readonly owner: PipeOwner;
  /** What the pipe shares with the other transports of the reactor. */
  protected readonly site: TransportSite;

  /**
   * Makes a pipe that is read.
   *
   * @param site What it shares with the other transports of the reactor.
   * @param owner Who is told.
   * @param childFD The child's end.
   * @param handle The handle of this end.
   */
  constructor(site: TransportSite, owner: PipeOwner, childFD: ChildFD, handle: StreamHandle) {
    super(site.reactor);
    this.site = site;
    this.owner = owner;
    this.childFD = childFD;
    this.handle = handle;
    this.connected = true;
    site.transports.add(this);
    this.startReading();
  }

  /** Returns the number of the handle, -1 when it is closed. */
  override fileno(): number {
    return this.handle.fileno();
  }

  /** Returns what to call it in the log. */
  override logPrefix(): string {
    return this.owner.logPrefix();
  }

  /** Closes the pipe in a later pass, and drops what was not sent. */
  abort(): void {
    if (this.connected) this.failLater(new ConnectionAborted());
  }

  /**
   * Ends the pipe: closes the handle and tells the process. A second call is ignored.
   *
   * @param reason Why.
   */
  override connectionLost(reason: Failure): void {
    if (this.disconnected) return;
    this.site.transports.delete(this);
    try {
      super.connectionLost(reason);
    } finally {
      this.handle.close();
      this.owner.childConnectionLost(this.childFD, reason);
    }
  }
}

/**
 * What a child writes, as this side reads it.
 *
 * Twisted: `ProcessReader` (`internet/process.py`, 24.7).
 */
export class ProcessReader extends ProcessPipe {
  /** Hands on what has arrived. */
  override doRead(): Error | undefined {
    const view = receiveFrom(this.handle);
    if (view === undefined) return undefined;
    if (view === null) return new ConnectionDone();
    if (view instanceof Error) return view;
    this.owner.childDataReceived(this.childFD, this.site.slab.own(view));
    return undefined;
  }

  /** Closes the pipe, in a later pass; the child cannot write to it any more. */
  override loseConnection(): void {
    if (!this.connected || this.disconnecting) return;
    this.disconnecting = true;
    this.stopReading();
    this.reactor.callLater(0, () => this.connectionLost(new Failure(new ConnectionDone())));
  }

  /** Nothing can be sent. */
  protected override writeSomeData(): Error {
    return new ConnectionLost();
  }
}

/**
 * What a child reads, as this side writes it.
 *
 * Twisted: `ProcessWriter` (`internet/process.py`, 24.7).
 */
export class ProcessWriter extends ProcessPipe {
  /** Something to read here is the end: the child is over. */
  override doRead(): Error | undefined {
    const view = receiveFrom(this.handle);
    if (view === null) return new ConnectionLost();
    return view instanceof Error ? view : undefined;
  }

  /** Sends bytes, as many as the handle takes. */
  protected override writeSomeData(data: Uint8Array): number | Error {
    return sendTo(this.handle, data);
  }
}
