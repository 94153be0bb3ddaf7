/**
 * Lines and strings between our protocols and Twisted's.
 *
 * Needs Debian's packages python3-twisted, python3-openssl and python3-service-identity; without
 * them the tests are skipped and say so.
 */

import { assertEquals } from "@std/assert";
import { Int32StringReceiver, LineReceiver } from "../../reactor/mod.ts";
import { linesOfClean, towerTest, twistedTest } from "./twisted_run.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What is said, but the line that is too long. */
const CONVERSATION = [
  "hello\r\n\r\ngrün\r\na\rb\nc\r\n",
  `${"x".repeat(16_383)}y\r\n`,
  "RAW 10\r\n01234\r\n789after\r\n",
];
/** The answers: how long each is, and how it begins, as bytes. */
const ANSWERS = [
  [5, "olleh"],
  [0, ""],
  [5, "n\xbc\xc3rg"],
  [5, "c\nb\ra"],
  [16_384, "yxxxxxxxxx"],
  [24, "raw 303132"],
  [5, "retfa"],
] as const;

towerTest("Our lines, and raw data between them, are answered by Twisted's server", async (run) => {
  const client = new LineClient();
  const lines = linesOfClean(await run.ask("lines", client));
  assertEquals(client.answers, ANSWERS.map(([length, text]) => `${length} ${text}`));
  assertEquals(lines, []);
});

towerTest("Our server answers Twisted's lines, and the raw data between them", async (run) => {
  const lines = linesOfClean(await run.serve("lines", new LineServer()));
  const quoted = [
    "b'olleh'",
    "b''",
    String.raw`b'n\xbc\xc3rg'`,
    String.raw`b'c\nb\ra'`,
    "b'yxxxxxxxxx'",
    "b'raw 303132'",
    "b'retfa'",
  ];
  assertEquals(lines, ANSWERS.map(([length], index) => `LINE ${length} ${quoted[index]}`));
});

const STRINGS = [
  new Uint8Array(),
  encoder.encode("a"),
  encoder.encode("hello"),
  Uint8Array.from({ length: 256 }, (_, index) => index),
  encoder.encode(`${"x".repeat(99_998)}y`),
];
/** The answers: how long each is, and its first bytes. */
const REVERSED = ["0 ", "1 61", "5 6f6c6c6568", "256 fffefdfcfb", "99999 7978787878"];

twistedTest("Our strings are answered by Twisted's server", async (run) => {
  const client = new StringClient();
  const lines = linesOfClean(await run.ask("strings", client));
  assertEquals(client.answers, REVERSED);
  assertEquals(lines, []);
});

twistedTest("Our server answers Twisted's strings", async (run) => {
  const lines = linesOfClean(await run.serve("strings", new StringServer()));
  assertEquals(lines, REVERSED.map((answer) => `STRING ${answer}`));
});

/** Sends lines back, the last byte first; takes as many raw bytes as `RAW n` says. */
class LineServer extends LineReceiver {
  #left = 0;
  #raw: number[] = [];

  override lineReceived(line: Uint8Array): void {
    const count = /^RAW (\d+)$/.exec(decoder.decode(line))?.[1];
    if (count === undefined) return this.sendLine(line.toReversed());
    this.#left = Number(count);
    this.setRawMode();
  }

  override rawDataReceived(data: Uint8Array): void {
    const raw = data.subarray(0, this.#left);
    this.#raw.push(...raw);
    this.#left -= raw.length;
    if (this.#left > 0) return;
    this.sendLine(encoder.encode(`raw ${Uint8Array.from(this.#raw).toHex()}`));
    this.setLineMode(data.subarray(raw.length));
  }
}

class LineClient extends LineReceiver {
  readonly answers: string[] = [];

  override connectionMade(): void {
    for (const text of CONVERSATION) this.transport.write(encoder.encode(text));
  }

  override lineReceived(line: Uint8Array): void {
    this.answers.push(`${line.length} ${String.fromCharCode(...line.subarray(0, 10))}`);
    // Without an end, so that nothing is left unread when the other side closes.
    if (this.answers.length === ANSWERS.length) this.transport.write(new Uint8Array(16_386));
  }
}

/** Sends strings back, the last byte first. */
class StringServer extends Int32StringReceiver {
  override stringReceived(string: Uint8Array): void {
    this.sendString(string.toReversed());
  }
}

class StringClient extends Int32StringReceiver {
  readonly answers: string[] = [];

  override connectionMade(): void {
    for (const string of STRINGS) this.sendString(string);
  }

  override stringReceived(string: Uint8Array): void {
    this.answers.push(`${string.length} ${string.subarray(0, 5).toHex()}`);
    // Only the length, so that nothing is left unread when the other side closes.
    const tooLong = Uint8Array.of(0, 1, 0x86, 0xa0);
    if (this.answers.length === STRINGS.length) this.transport.write(tooLong);
  }
}
