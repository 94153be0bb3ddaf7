/**
 * The text form of certificates and keys (RFC 7468).
 *
 * @module
 */

import { CertificateError } from "../errors.ts";

/** A block: its label, and what stands between its lines. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]*?)\r?\n-----END \1-----/g;

/** How long lines of base 64 are. */
const LINE_LENGTH = 64;

/**
 * Finds blocks.
 *
 * @param pem The text.
 * @param labels What they may be called.
 * @returns The blocks, in order, each with a newline at its end.
 */
export function blocksOf(pem: string, labels: readonly string[]): string[] {
  const blocks: string[] = [];
  for (const [block, label = ""] of pem.matchAll(BLOCK)) {
    if (labels.includes(label)) blocks.push(`${block}\n`);
  }
  return blocks;
}

/**
 * Decodes a block.
 *
 * @param block The block.
 * @returns The bytes.
 * @throws {CertificateError} If it is not base 64.
 */
export function decodeBlock(block: string): Uint8Array {
  const base64 = block.replace(/-----[^-]+-----/g, "").replace(/\s/g, "");
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch (cause) {
    throw new CertificateError("Cannot read a certificate: its text is not base 64", { cause });
  }
}

/**
 * Encodes a block.
 *
 * @param label What it is called.
 * @param bytes The bytes.
 * @returns The block, with a newline at its end.
 */
export function encodeBlock(label: string, bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  const lines = btoa(text).match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
