/**
 * Hands mutated packets to the DNS decoder: a million unless told otherwise.
 *
 *     deno run tests/tools/fuzz_dns.ts [count] [seed]
 *
 * It fails if anything but `DNSMalformedError` is thrown, or if a packet takes more than a millisecond.
 * A packet that seems to is decoded again: what the collector or another process took once does not
 * count, what the packet itself costs comes back each time.
 *
 * @module
 */

import { DNSMalformedError } from "../../resolver/errors.ts";
import { decodeMessage } from "../../resolver/wire.ts";
import { mutatedPacket, seededRandom } from "../resolver/packets.ts";

/** How long a packet may take, in milliseconds. */
const LIMIT_MS = 1;

/** How often a slow packet is decoded again. */
const REPEATS = 9;

/** Decodes a packet; returns whether it was refused, and throws what must not be thrown. */
function isRefused(bytes: Uint8Array): boolean {
  try {
    decodeMessage(bytes);
    return false;
  } catch (error) {
    if (error instanceof DNSMalformedError) return true;
    throw error;
  }
}

function timeOf(bytes: Uint8Array): number {
  const began = performance.now();
  isRefused(bytes);
  return performance.now() - began;
}

const count = Number(Deno.args[0] ?? 1_000_000);
const seed = Number(Deno.args[1] ?? 1);
const random = seededRandom(seed);
let refused = 0;
let slowest = 0;
let slow = 0;
for (let i = 0; i < count; i++) {
  const bytes = mutatedPacket(random);
  const began = performance.now();
  try {
    if (isRefused(bytes)) refused++;
  } catch (error) {
    console.error(`seed ${seed}, packet ${i}: ${bytes.toHex()}`);
    throw error;
  }
  let took = performance.now() - began;
  if (took > LIMIT_MS) {
    slow++;
    for (let again = 0; again < REPEATS; again++) took = Math.min(took, timeOf(bytes));
  }
  if (took > LIMIT_MS) {
    console.error(`seed ${seed}, packet ${i} takes ${took} ms: ${bytes.toHex()}`);
    Deno.exit(1);
  }
  slowest = Math.max(slowest, took);
}
console.log(
  `${count} packets, seed ${seed}: ${refused} refused, none threw anything else; the slowest took ${
    slowest.toFixed(3)
  } ms, ${slow} were slow once and not again`,
);
