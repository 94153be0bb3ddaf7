/**
 * A tape as a file of JSON lines: for people to read, and to keep beside a test.
 *
 * @module
 */

import { TapeError } from "./errors.ts";
import type { Deviation, TapeContent } from "./tape.ts";

const FORMAT = "twinloop-tape";
const VERSION = 1;
const NUMBERS = ["index", "bound", "value", "cause", "nth", "picked", "over"] as const;
const TEXTS = ["label", "host", "words"] as const;

/** Writes a tape. */
export function writeTapeFile(tape: TapeContent): string {
  const { scenario, seed, length, deviations } = tape;
  const lines: unknown[] = [{ format: FORMAT, version: VERSION, scenario, seed }];
  let last = -1;
  for (const deviation of deviations) {
    if (deviation.index > last + 1) lines.push({ default: deviation.index - last - 1 });
    lines.push(deviation);
    last = deviation.index;
  }
  if (length > last + 1) lines.push({ default: length - last - 1 });
  lines.push({ end: length });
  return lines.map((line) => JSON.stringify(line) + "\n").join("");
}

/** Reads what {@linkcode writeTapeFile} wrote. */
export function parseTapeFile(text: string): TapeContent {
  const lines = text.split("\n").map((line, i) => parseLine(line, i + 1));
  const header = lines[0] as Record<string, unknown>;
  if (header["format"] !== FORMAT) throw new TapeError(`Cannot read a tape: line 1 is no header`);
  if (header["version"] !== VERSION) {
    throw new TapeError(`Cannot read a tape: version ${header["version"]} is not known, 1 is`);
  }
  const { scenario, seed } = header;
  if (typeof scenario !== "string" || typeof seed !== "string") {
    throw new TapeError("Cannot read a tape: line 1 lacks the scenario or the seed");
  }
  const deviations: Deviation[] = [];
  let at = 0;
  for (let i = 1; i < lines.length - 1; i++) {
    const line = lines[i] as Record<string, unknown>;
    const skipped = line["default"];
    if (typeof skipped === "number" && Number.isSafeInteger(skipped) && skipped > 0) {
      at += skipped;
      continue;
    }
    deviations.push(checkDeviation(line, at++, i + 1));
  }
  const end = (lines.at(-1) as Record<string, unknown>)["end"];
  if (end === undefined) {
    throw new TapeError(`Cannot read a tape: it is cut, line ${lines.length} is not its end`);
  }
  if (end !== at) {
    throw new TapeError(`Cannot read a tape: it has ${at} decisions, its end says ${end}`);
  }
  return { scenario, seed, length: at, deviations };
}

function parseLine(line: string, number: number): unknown {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Reported below, like what is JSON but no object.
  }
  throw new TapeError(
    `Cannot read a tape: line ${number} is not a JSON object, it is cut or edited`,
  );
}

function checkDeviation(line: Record<string, unknown>, index: number, number: number): Deviation {
  const isWhole = NUMBERS.every((key) => Number.isSafeInteger(line[key])) &&
    TEXTS.every((key) => typeof line[key] === "string");
  if (!isWhole) throw new TapeError(`Cannot read a tape: line ${number} is no decision`);
  const deviation = line as unknown as Deviation;
  if (deviation.index !== index) {
    throw new TapeError(
      `Cannot read a tape: line ${number} is decision ${deviation.index}, expected ${index}`,
    );
  }
  if (!(deviation.value > 0 && deviation.value < deviation.bound)) {
    throw new TapeError(
      `Cannot read a tape: line ${number} answers ${deviation.value} of ${deviation.bound}`,
    );
  }
  return deviation;
}
