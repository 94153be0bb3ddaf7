/**
 * The small services of the early internet: good for trying things out.
 *
 * Twisted: `protocols/wire.py`, 24.7.
 *
 * @module
 */

import type { IPullProducer } from "../interfaces/producers.ts";
import { asctime, wallSeconds } from "./deno_wall_time.ts";
import { Protocol } from "./protocol.ts";

/**
 * Says back what it hears (RFC 862). Twisted: `Echo` (`protocols/wire.py`, 24.7).
 *
 * @example
 * ```ts
 * import { StringTransport, wire } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const echo = new wire.Echo();
 * const transport = new StringTransport();
 * echo.makeConnection(transport);
 * echo.dataReceived(new Uint8Array([1, 2, 3]));
 * assertEquals(transport.value(), new Uint8Array([1, 2, 3]));
 * ```
 */
export class Echo extends Protocol {
  /** True, as nothing is kept or changed, unless a subclass has a `dataReceived` of its own. */
  override get borrowsData(): boolean {
    return this.dataReceived === Echo.prototype.dataReceived;
  }

  /**
   * Says it back.
   *
   * @param data What was heard.
   */
  override dataReceived(data: Uint8Array): void {
    this.transport.write(data);
  }
}

/** Ignores what it hears (RFC 863). Twisted: `Discard` (`protocols/wire.py`, 24.7). */
export class Discard extends Protocol {
  /** True, as nothing is kept, unless a subclass has a `dataReceived` of its own. */
  override get borrowsData(): boolean {
    return this.dataReceived === Discard.prototype.dataReceived;
  }

  /**
   * Ignores it.
   *
   * @param _data What was heard.
   */
  override dataReceived(_data: Uint8Array): void {}
}

/**
 * Sends characters as fast as they are taken, and ignores what it hears (RFC 864).
 *
 * Twisted: `Chargen` (`protocols/wire.py`, 24.7). Differs from Twisted: the characters are the
 * rotating lines that the RFC suggests.
 */
export class Chargen extends Discard implements IPullProducer {
  /** Begins to send. */
  override connectionMade(): void {
    this.transport.registerProducer(this, false);
  }

  /** Sends one more turn of the lines. */
  resumeProducing(): void {
    this.transport.write(LINES);
  }

  /** Does nothing: the end of the connection is the end of the sending. */
  stopProducing(): void {}
}

/** Says one thing and closes (RFC 865). Twisted: `QOTD` (`protocols/wire.py`, 24.7). */
export class QOTD extends Protocol {
  /** Sends the quote and closes. */
  override connectionMade(): void {
    this.transport.write(new TextEncoder().encode(this.getQuote()));
    this.transport.loseConnection();
  }

  /** Returns what to say; override it. */
  getQuote(): string {
    return "An apple a day keeps the doctor away.\r\n";
  }
}

/**
 * Says who is logged in, one line a user, and closes (RFC 866). Twisted: `Who` (`protocols/wire.py`,
 * 24.7), which says the same.
 */
export class Who extends Protocol {
  /** Sends the names and closes. */
  override connectionMade(): void {
    this.transport.write(new TextEncoder().encode(this.getUsers()));
    this.transport.loseConnection();
  }

  /** Returns the names, each with CR and LF; override it, since Deno knows of no users. */
  getUsers(): string {
    return "root\r\n";
  }
}

/** Says what time it is in words, in UTC, and closes (RFC 867). Twisted: `Daytime`. */
export class Daytime extends Protocol {
  /** Sends the time and closes. */
  override connectionMade(): void {
    this.transport.write(new TextEncoder().encode(`${asctime(this.getTime())}\r\n`));
    this.transport.loseConnection();
  }

  /** Returns the seconds since 1970; override it for a clock of your own. */
  getTime(): number {
    return wallSeconds();
  }
}

/** From 1900, where RFC 868 begins to count, to 1970, in seconds. */
const SECONDS_TO_1970 = 2_208_988_800;

/**
 * Says what time it is as a number and closes (RFC 868).
 *
 * Twisted: `Time` (`protocols/wire.py`, 24.7). Differs from Twisted: the seconds are counted from
 * 1900, as the RFC has it, not from 1970.
 */
export class Time extends Protocol {
  /** Sends the time and closes. */
  override connectionMade(): void {
    const seconds = Math.floor(this.getTime()) + SECONDS_TO_1970;
    const data = new Uint8Array(4);
    new DataView(data.buffer).setUint32(0, seconds % 2 ** 32);
    this.transport.write(data);
    this.transport.loseConnection();
  }

  /** Returns the seconds since 1970; override it for a clock of your own. */
  getTime(): number {
    return wallSeconds();
  }
}

/** How many characters there are to print, and how many of them make a line (RFC 864). */
const PRINTABLE = 95;
const LINE_LENGTH = 72;

/** Every line of 72 characters in turn, each beginning one character later. */
const LINES: Uint8Array = makeLines();

function makeLines(): Uint8Array {
  const lines = new Uint8Array(PRINTABLE * (LINE_LENGTH + 2));
  let at = 0;
  for (let first = 0; first < PRINTABLE; first++) {
    for (let index = 0; index < LINE_LENGTH; index++) {
      lines[at++] = 0x20 + (first + index) % PRINTABLE;
    }
    lines[at++] = 13;
    lines[at++] = 10;
  }
  return lines;
}
