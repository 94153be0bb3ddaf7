/**
 * Probes that find out whether the peer of an idle connection is still there.
 *
 * @module
 */

import type { SimStream } from "./sim_stream.ts";
import { addSeconds } from "../virtual_time.ts";

/** After how long Linux probes an idle connection (`tcp_keepalive_time`). */
const IDLE_SECONDS = 7200;

/** How long it waits for an answer before it probes again (`tcp_keepalive_intvl`). */
const PROBE_SECONDS = 75;

/** After how many probes without an answer it gives up (`tcp_keepalive_probes`). */
const PROBES_MAX = 9;

/**
 * Probes one connection. As long as nothing is wrong the answers are known, and nothing is done:
 * a world would never come to rest otherwise. The first probe is made two hours after something may
 * have gone wrong.
 */
export class KeepAlive {
  /** Whether probes are wanted. */
  isOn = false;
  readonly #stream: SimStream;
  #isWatching = false;
  /** How many probes in a row had no answer. */
  #unanswered = 0;

  /** Made when probes are turned on for the first time. */
  constructor(stream: SimStream) {
    this.#stream = stream;
  }

  /** Begins to probe if there may be a reason to. */
  watch(): void {
    const peer = this.#stream.peerHost;
    if (!this.isOn || this.#isWatching || peer === null || peer.main === this.#stream.host.main) {
      return;
    }
    if (!this.#stream.host.world.conditions.active && peer.life === "up") return;
    this.#isWatching = true;
    this.#probeAfter(IDLE_SECONDS);
  }

  #probeAfter(seconds: number): void {
    const { time } = this.#stream.host.world;
    time.schedule(addSeconds(time.now, seconds), () => this.#probe());
  }

  #probe(): void {
    const stream = this.#stream;
    const { host, peerHost: peer } = stream;
    this.#isWatching = false;
    if (!this.isOn || stream.closed || stream.broken || host.life !== "up" || peer === null) return;
    const { conditions } = host.world;
    const isCutOff = conditions.isDeaf(host.machine, peer.machine) ||
      conditions.isDeaf(peer.machine, host.machine);
    if (!isCutOff && peer.life !== "down") {
      this.#unanswered = 0;
      if (peer.life === "replaced" || stream.isPeerGone) stream.wasReset();
      return;
    }
    if (++this.#unanswered > PROBES_MAX) return stream.timedOut();
    this.#isWatching = true;
    this.#probeAfter(PROBE_SECONDS);
  }
}
