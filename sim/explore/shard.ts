/**
 * Parts of a search, for several workers or machines.
 *
 * @module
 */

/** Which part of the schedules a search runs. */
export interface Shard {
  /** The number of the part; the first is 0. */
  readonly index: number;
  /** How many parts there are. */
  readonly count: number;
}

/** How many outcomes of a part are listed: they are to be merged with those of others. */
export const SHARD_OUTCOMES_MAX = 10_000;

/** All of it. */
export const WHOLE: Shard = { index: 0, count: 1 };

/**
 * Reads a part as it is written on command lines: `2/4` is the second of four.
 *
 * @param text The text.
 * @returns The part, with `index` 1 for `2/4`.
 * @throws {RangeError} If it is no such text.
 */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  return checkShard({ index: Number(index) - 1, count: Number(count) }, text);
}

/** Writes a part as {@linkcode parseShard} reads it. */
export function formatShard({ index, count }: Shard): string {
  return `${index + 1}/${count}`;
}

/** Refuses what is no part. */
export function checkShard(shard: Shard, text: string = formatShard(shard)): Shard {
  const { index, count } = shard;
  const isPart = Number.isSafeInteger(index) && Number.isSafeInteger(count) && index >= 0 &&
    index < count;
  if (isPart) return shard;
  throw new RangeError(`Cannot explore: shard ${text} is not one such as 1/4`);
}

/** How many of the numbers below a limit belong to a part, dealt one by one. */
export function shareOf(limit: number, { index, count }: Shard): number {
  return limit === Infinity ? Infinity : Math.max(0, Math.ceil((limit - index) / count));
}
