/**
 * The time of day: what clocks on the wall show, not what a loop measures.
 *
 * @module
 */

/** Returns the seconds since the beginning of 1970, in UTC. */
export function wallSeconds(): number {
  return Date.now() / 1_000;
}

/**
 * Writes a time as C's `asctime` does: `Thu Jan  1 00:00:00 1970`.
 *
 * @param seconds The seconds since the beginning of 1970.
 * @returns The time in UTC.
 */
export function asctime(seconds: number): string {
  const [weekday, day, month, year, time] = new Date(seconds * 1_000).toUTCString().split(" ");
  return `${weekday?.slice(0, 3)} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}
