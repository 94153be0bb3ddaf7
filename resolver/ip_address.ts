/**
 * IP literals: what is one, and the one way to write each.
 *
 * @module
 */

import { AF_INET, AF_INET6, type Family } from "./address_family.ts";

const DOTTED_QUAD = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
/** The code of the last digit: what begins with a later character is no IPv4 literal. */
const CODE_9 = 0x39;
const GROUP = /^[0-9a-fA-F]{1,4}$/;

/** Reads an IPv4 literal; `null` if it is none. Octets with leading zeros are refused. */
export function parseIPv4(text: string): Uint8Array | null {
  // A regular expression costs more than this look, which is enough for most names.
  if (!(text.charCodeAt(0) <= CODE_9)) return null;
  const match = DOTTED_QUAD.exec(text);
  if (match === null) return null;
  const bytes = new Uint8Array(4);
  for (let i = 0; i < 4; i++) {
    const part = match[i + 1] as string;
    const value = Number(part);
    if (value > 255 || (part.length > 1 && part.startsWith("0"))) return null;
    bytes[i] = value;
  }
  return bytes;
}

/** Reads an IPv6 literal without brackets and without a zone (RFC 4291 2.2); `null` if it is none. */
export function parseIPv6(text: string): Uint8Array | null {
  if (!text.includes(":") || text.length > 45) return null;
  let head = text;
  const groups: number[] = [];
  const tail: number[] = [];
  const lastColon = text.lastIndexOf(":");
  if (text.includes(".", lastColon)) {
    const quad = parseIPv4(text.slice(lastColon + 1));
    if (quad === null) return null;
    const [a, b, c, d] = quad as unknown as [number, number, number, number];
    tail.push((a << 8) | b, (c << 8) | d);
    // "1::1.2.3.4" leaves "1::" and "::1.2.3.4" leaves "::"; only a lone colon is dropped.
    head = text.slice(0, text[lastColon - 1] === ":" ? lastColon + 1 : lastColon);
  }
  const gap = head.indexOf("::");
  const before = gap < 0 ? head : head.slice(0, gap);
  const after = gap < 0 ? "" : head.slice(gap + 2);
  if (!pushGroups(groups, before) || (after !== "" && !insertGroups(tail, after))) return null;
  const missing = 8 - groups.length - tail.length;
  if (gap < 0 ? missing !== 0 : missing < 1) return null;
  const bytes = new Uint8Array(16);
  writeGroups(bytes, 0, groups);
  writeGroups(bytes, 16 - 2 * tail.length, tail);
  return bytes;
}

/** Writes an IPv6 address as RFC 5952 asks for. */
export function formatIPv6(bytes: Uint8Array): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) {
    groups.push(((bytes[i] as number) << 8) | (bytes[i + 1] as number));
  }
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return `::ffff:${formatIPv4(bytes.subarray(12))}`;
  const [start, length] = longestZeroRun(groups);
  const text = groups.map((group) => group.toString(16));
  if (length < 2) return text.join(":");
  return `${text.slice(0, start).join(":")}::${text.slice(start + length).join(":")}`;
}

/** Writes an IPv4 address. */
export function formatIPv4(bytes: Uint8Array): string {
  return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
}

/**
 * Returns the family of an IP literal.
 *
 * @param text What may be a literal.
 * @returns The family, or `null` if it is no literal (a literal with a zone is none).
 */
export function literalFamily(text: string): Family | null {
  if (parseIPv4(text) !== null) return AF_INET;
  return parseIPv6(text) !== null ? AF_INET6 : null;
}

/**
 * Writes an IP literal in the one way in which this package writes it.
 *
 * @param text A literal, or anything.
 * @returns The literal, canonical; `null` if it is none.
 */
export function canonicalAddress(text: string): string | null {
  const four = parseIPv4(text);
  if (four !== null) return formatIPv4(four);
  const six = parseIPv6(text);
  return six === null ? null : formatIPv6(six);
}

function pushGroups(groups: number[], text: string): boolean {
  if (text === "") return true;
  for (const group of text.split(":")) {
    if (!GROUP.test(group)) return false;
    groups.push(parseInt(group, 16));
  }
  return true;
}

function insertGroups(tail: number[], text: string): boolean {
  const groups: number[] = [];
  if (!pushGroups(groups, text)) return false;
  tail.unshift(...groups);
  return true;
}

function writeGroups(bytes: Uint8Array, offset: number, groups: readonly number[]): void {
  for (const group of groups) {
    bytes[offset++] = group >> 8;
    bytes[offset++] = group & 0xff;
  }
}

/** The first of the longest runs of zero groups: where it starts, and its length. */
function longestZeroRun(groups: readonly number[]): [number, number] {
  let best: [number, number] = [0, 0];
  let start = -1;
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) {
      if (start < 0) start = i;
    } else {
      if (start >= 0 && i - start > best[1]) best = [start, i - start];
      start = -1;
    }
  }
  return best;
}
