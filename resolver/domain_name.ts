/**
 * Domain names as text: what can be asked for, and when two are the same.
 *
 * @module
 */

import { DNSBadNameError } from "./errors.ts";

/** A label's length in bytes (RFC 1035 2.3.4). */
const LABEL_MAX = 63;

/** A name's length as text: 255 bytes on the wire less the first length and the root. */
const NAME_MAX = 253;

/** Letters, digits, hyphens (RFC 1123 2.1), and the underscore of service names (RFC 8552). */
const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/;

/** A last label that other programs would read as part of an IPv4 literal (`127.1`, `0x7f.1`). */
const NUMERIC = /^(?:\d+|0[xX][0-9a-fA-F]*)$/;

/** Nearly all names: short ones that end in a letter. They need no closer look. */
const PLAIN_HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z](?:[a-z-]*[a-z])?$/;

/**
 * Checks that a text can be asked for as a host name.
 *
 * @param host The name; may end with a dot.
 * @returns The name without its last dot, in the case that it was given in.
 * @throws {DNSBadNameError} If it is empty, too long, not ASCII (IDN goes in A-label form), has a
 * zone, spaces or other characters that host names do not have, or ends like an IPv4 literal.
 */
export function checkHostName(host: string): string {
  const name = host.endsWith(".") ? host.slice(0, -1) : host;
  if (name.length <= LABEL_MAX && PLAIN_HOST.test(name)) return name;
  if (name === "") throw new DNSBadNameError("Cannot resolve the name: it is empty");
  const shown = describeName(host);
  if (name.length > NAME_MAX) {
    throw new DNSBadNameError(`Cannot resolve ${shown}: the name is longer than ${NAME_MAX} bytes`);
  }
  if (name.includes("%") || name.includes(":")) {
    throw new DNSBadNameError(
      `Cannot resolve ${shown}: it is neither a name nor an address without a zone`,
    );
  }
  const labels = name.split(".");
  for (const label of labels) {
    if (label.length > LABEL_MAX) {
      throw new DNSBadNameError(
        `Cannot resolve ${shown}: a label is longer than ${LABEL_MAX} bytes`,
      );
    }
    if (!LABEL.test(label)) {
      throw new DNSBadNameError(
        `Cannot resolve ${shown}: label ${JSON.stringify(label)} is not a host label`,
      );
    }
  }
  if (NUMERIC.test(labels[labels.length - 1] as string)) {
    throw new DNSBadNameError(`Cannot resolve ${shown}: it ends like an IPv4 address but is none`);
  }
  return name;
}

/**
 * Checks that a text can be asked for as a domain name of any kind, in which labels may hold any
 * printable ASCII characters but dots.
 *
 * @param domain The name; may end with a dot; `.` is the root.
 * @returns The name without its last dot; the empty text for the root.
 * @throws {DNSBadNameError} If it is empty, too long, not printable ASCII, or has an empty label.
 */
export function checkDomainName(domain: string): string {
  if (domain === ".") return "";
  const name = domain.endsWith(".") ? domain.slice(0, -1) : domain;
  if (name.length <= LABEL_MAX && PLAIN_HOST.test(name)) return name;
  const shown = describeName(domain);
  if (name === "") throw new DNSBadNameError("Cannot look up the name: it is empty");
  if (name.length > NAME_MAX) {
    throw new DNSBadNameError(`Cannot look up ${shown}: the name is longer than ${NAME_MAX} bytes`);
  }
  if (!/^[\x21-\x7e]+$/.test(name) || name.includes("\\")) {
    throw new DNSBadNameError(`Cannot look up ${shown}: it is not printable ASCII without escapes`);
  }
  for (const label of name.split(".")) {
    if (label === "" || label.length > LABEL_MAX) {
      throw new DNSBadNameError(`Cannot look up ${shown}: a label is empty or too long`);
    }
  }
  return name;
}

/**
 * Writes a name the way in which names are compared: lower case (ASCII only, RFC 4343), no dot at
 * the end.
 *
 * @param name The name.
 * @returns Its key.
 */
export function nameKey(name: string): string {
  const key = name.toLowerCase();
  return key.length > 1 && key.endsWith(".") ? key.slice(0, -1) : key;
}

/**
 * Tells whether two names are the same.
 *
 * @param name A name.
 * @param other Another.
 * @returns Whether they differ in nothing but the case of letters and a dot at the end.
 */
export function isSameName(name: string, other: string): boolean {
  return name === other || nameKey(name) === nameKey(other);
}

/** Writes a name for a message: short, and without control characters. */
export function describeName(name: string): string {
  const text = /^[\x21-\x7e]+$/.test(name) ? name : JSON.stringify(name);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
