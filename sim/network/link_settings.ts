/**
 * What a link between two hosts is like.
 *
 * @module
 */

import type { ChosenTimes } from "../chosen_times.ts";
import { type Distribution, toDistribution } from "../distribution.ts";

/**
 * How often something happens: a share from 0 (never) to 1 (always), drawn from the seed; or
 * `"choose"`, which asks the strategy each time (answer 0 is that it does not happen) as long as the
 * simulation's fault budget lasts.
 */
export type Rate = number | "choose";

/**
 * What one direction of a link is like. What is left out stays as it was; without any setting a link
 * is perfect: it has the simulation's `latency`, any bandwidth, and loses nothing.
 */
export interface LinkSettings {
  /**
   * How long a message takes, in seconds; of {@linkcode chosen} times the strategy decides for each.
   * TCP stays in order, datagrams may overtake each other.
   */
  readonly latency?: number | Distribution | ChosenTimes;
  /** How many bytes a second leave; messages queue for their turn. `Infinity` is no limit. */
  readonly bandwidth?: number;
  /** How many bytes may queue for their turn; what comes beyond is dropped. */
  readonly queueLimit?: number;
  /** How often a packet is lost. TCP sends it again, after its time-out. */
  readonly loss?: Rate;
  /** How often a datagram arrives twice. */
  readonly duplication?: Rate;
  /** How often a datagram is held up, so that later ones overtake it. */
  readonly reordering?: Rate;
  /**
   * For how long such a datagram, or the end of a stream, is held up, in seconds.
   *
   * @default {0.01}
   */
  readonly reorderingDelay?: number | Distribution | ChosenTimes;
  /** How often a bit of a datagram is flipped. (In TCP the checksum makes that a loss.) */
  readonly corruption?: Rate;
  /**
   * The most bytes in a packet, headers included. TCP cuts its segments to size; a larger datagram
   * travels in fragments and is lost if one of them is.
   */
  readonly mtu?: number;
  /** How often a reset of TCP overtakes the data that was sent before it, which is then lost. */
  readonly resetRace?: Rate;
  /**
   * How often the end of a stream of TCP is held up for `reorderingDelay`: the peer goes on sending
   * meanwhile, and a reset that follows the end may arrive before it.
   */
  readonly endRace?: Rate;
}

/** The headers of IPv4 and TCP, in bytes: what a segment has less than the packet. */
export const TCP_HEADERS = 40;

/** The header of IPv4, in bytes: what a fragment has less than the packet. */
const IP_HEADER = 20;

/** The header of UDP, in bytes. */
const UDP_HEADER = 8;

const RATES = ["loss", "duplication", "reordering", "corruption", "resetRace", "endRace"] as const;

/**
 * Makes sure that settings make sense.
 *
 * @throws {RangeError} If they do not.
 */
export function checkSettings(settings: LinkSettings): void {
  for (const name of RATES) {
    const rate = settings[name];
    if (rate === undefined || rate === "choose" || (rate >= 0 && rate <= 1)) continue;
    throw new RangeError(`Cannot shape a link: ${name} ${rate} is not from 0 to 1`);
  }
  const { bandwidth, queueLimit, mtu } = settings;
  if (bandwidth !== undefined && !(bandwidth > 0)) {
    throw new RangeError(`Cannot shape a link: bandwidth ${bandwidth} is not above 0`);
  }
  if (queueLimit !== undefined && !(queueLimit >= 0)) {
    throw new RangeError(`Cannot shape a link: queueLimit ${queueLimit} is negative or NaN`);
  }
  // The least that IPv4 allows (RFC 791).
  if (mtu !== undefined && !(Number.isSafeInteger(mtu) && mtu >= 68)) {
    throw new RangeError(`Cannot shape a link: mtu ${mtu} is not a whole number of at least 68`);
  }
  // Makes sure that a number is a time.
  for (const time of [settings.latency, settings.reorderingDelay]) {
    if (typeof time === "number") toDistribution(time);
  }
}

/** Returns how many packets a datagram travels in. */
export function countFragments(size: number, mtu: number | undefined): number {
  if (mtu === undefined || size + UDP_HEADER + IP_HEADER <= mtu) return 1;
  // All fragments but the last carry a multiple of 8 bytes (RFC 791).
  const each = (mtu - IP_HEADER) & ~7;
  return Math.ceil((size + UDP_HEADER) / each);
}
