/**
 * A connection that a listener's host has heard of and that is not confirmed yet.
 *
 * @module
 */

import type { StreamAddress } from "../../poller/mod.ts";
import { seenBy, type SimListener } from "./sim_listener.ts";
import type { SimStream } from "./sim_stream.ts";
import { addSeconds } from "../virtual_time.ts";

/** For how long Linux keeps it (`tcp_synack_retries`: 1 + 2 + 4 + 8 + 16 + 32 s). */
const EXPIRY_SECONDS = 63;

/** The server's half of a handshake. */
export class Opening {
  /** The server's end of the connection. */
  readonly server: SimStream;
  readonly #listener: SimListener;
  /** Whether it was confirmed, or is forgotten. */
  isOver = false;

  /** Made when the question has reached the listener. */
  constructor(listener: SimListener, server: SimStream) {
    this.#listener = listener;
    this.server = server;
    listener.opening();
  }

  /** Forgets it after some time, unless it is confirmed; for a network that may lose the confirmation. */
  expireLater(): void {
    const { time } = this.server.host.world;
    time.schedule(addSeconds(time.now, EXPIRY_SECONDS), () => {
      if (this.isOver) return;
      this.isOver = true;
      this.#listener.expired();
    });
  }

  /** The client has confirmed. */
  confirmed(local: StreamAddress, peer: StreamAddress): void {
    if (this.server.host.life !== "up") return;
    // Forgotten: the client is told that there is no such connection.
    if (this.isOver) return this.server.reset();
    this.isOver = true;
    this.server.established(seenBy(this.#listener, local), seenBy(this.#listener, peer));
    this.#listener.opened(this.server);
  }
}
