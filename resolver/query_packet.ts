/**
 * Writes the packets of queries.
 *
 * @module
 */

/** A packet's header. */
const HEADER_BYTES = 12;

/** The root that ends a name, then the question's type and class. */
const AFTER_LABELS_BYTES = 5;

/** An OPT record without options (RFC 6891 6.1.2). */
const OPT_BYTES = 11;

const TYPE_OPT = 41;

const CLASS_IN = 1;

/** The high byte of a query's flags: it asks for recursion. */
const RECURSION_DESIRED = 0x01;

const DOT = 0x2e;

/**
 * Encodes a query that asks a server to recurse: a header, one question, and an OPT record.
 *
 * @param id The identifier.
 * @param name The name, checked; without a dot at the end, empty for the root.
 * @param type The number of the type.
 * @param payload The size for EDNS(0), or 0 for a query without.
 * @returns The packet.
 */
export function encodeQueryPacket(
  id: number,
  name: string,
  type: number,
  payload: number,
): Uint8Array {
  // Each dot becomes a length, and one more length stands before the first label.
  const labels = name === "" ? 0 : name.length + 1;
  const end = HEADER_BYTES + labels + AFTER_LABELS_BYTES;
  const packet = new Uint8Array(payload === 0 ? end : end + OPT_BYTES);
  packet[0] = id >> 8;
  packet[1] = id;
  packet[2] = RECURSION_DESIRED;
  packet[5] = 1;
  writeLabels(packet, name);
  packet[end - 4] = type >> 8;
  packet[end - 3] = type;
  packet[end - 1] = CLASS_IN;
  if (payload === 0) return packet;
  packet[11] = 1;
  packet[end + 2] = TYPE_OPT;
  packet[end + 3] = payload >> 8;
  packet[end + 4] = payload;
  return packet;
}

/** Writes the labels of a name behind the header; the root's zero is there already. */
function writeLabels(packet: Uint8Array, name: string): void {
  /** Where the length of the label under way goes. */
  let start = HEADER_BYTES;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    const at = HEADER_BYTES + 1 + i;
    if (code !== DOT) {
      packet[at] = code;
      continue;
    }
    packet[start] = at - start - 1;
    start = at;
  }
  if (name !== "") packet[start] = HEADER_BYTES + name.length - start;
}
