/**
 * Judges certificates, with what `node:crypto` knows of them: it is loaded when it is first needed.
 *
 * @module
 */

import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import process from "node:process";
import type { TLSErrorReason } from "../../poller/mod.ts";

/** How many judgements are kept: a search makes the same handshakes again and again. */
const KEPT_MAX = 256;

/** More certificates than there are in any chain. */
const CHAIN_MAX = 8;

/** How far a certificate is trusted, and when. */
interface Trust {
  /** The certificate itself. */
  readonly leaf: X509Certificate;
  /** Why it is not trusted at any time; `null` if it is. */
  readonly reason: TLSErrorReason | null;
  /** From when on it is valid, in milliseconds since 1970. */
  readonly from: number;
  /** Until when. */
  readonly to: number;
}

/** What a certificate is judged by. */
export interface Expectation {
  /** Whom to trust, as PEM. */
  readonly caCerts: readonly string[];
  /** The name, or address, that it must be for; `null` for any. */
  readonly hostname: string | null;
  /** The time, in milliseconds since 1970. */
  readonly now: number;
}

const trusts = new Map<string, Trust | null>();
const usables = new Map<string, boolean>();

/**
 * Judges a certificate.
 *
 * @param chain The certificate, and those above it, as PEM; `null` if there is none.
 * @param expectation What it is judged by.
 * @returns Why it is refused, or `null`.
 */
export function judgeCertificate(
  chain: string | null,
  { caCerts, hostname, now }: Expectation,
): TLSErrorReason | null {
  if (chain === null) return "no-certificate";
  const trust = keep(trusts, JSON.stringify([chain, caCerts]), () => findTrust(chain, caCerts));
  if (trust === null) return "failed";
  if (trust.to < now) return "expired";
  if (trust.from > now) return "not-yet-valid";
  if (trust.reason !== null) return trust.reason;
  if (hostname === null) return null;
  const { leaf } = trust;
  const found = isIP(hostname) === 0 ? leaf.checkHost(hostname) : leaf.checkIP(hostname);
  return found === undefined ? "wrong-name" : null;
}

/** Tells whether a certificate can be shown with a key. */
export function isUsable(chain: string, key: string): boolean {
  return keep(usables, JSON.stringify([chain, key]), () => {
    const { X509Certificate, createPrivateKey } = crypto();
    try {
      return new X509Certificate(chain).checkPrivateKey(createPrivateKey(key));
    } catch {
      return false;
    }
  });
}

/** Returns the bytes of the first certificate of a chain. */
export function derOf(chain: string): Uint8Array {
  return new Uint8Array(new (crypto().X509Certificate)(chain).raw);
}

function findTrust(chain: string, caCerts: readonly string[]): Trust | null {
  try {
    const [leaf, ...others] = parse(chain);
    if (leaf === undefined) return null;
    const isSelfSigned = leaf.subject === leaf.issuer;
    const refusal = isSelfSigned ? "self-signed" : "untrusted";
    return {
      leaf,
      reason: isTrusted(leaf, others, caCerts.flatMap(parse)) ? null : refusal,
      from: Date.parse(leaf.validFrom),
      to: Date.parse(leaf.validTo),
    };
  } catch {
    return null;
  }
}

/** Goes up the chain until there is somebody to trust. */
function isTrusted(
  leaf: X509Certificate,
  others: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): boolean {
  let certificate = leaf;
  for (let i = 0; i < CHAIN_MAX; i++) {
    const { fingerprint256 } = certificate;
    if (roots.some((root) => root.fingerprint256 === fingerprint256)) return true;
    const isIssuer = (other: X509Certificate) =>
      certificate.checkIssued(other) && certificate.verify(other.publicKey);
    if (roots.some(isIssuer)) return true;
    const next = others.find(isIssuer);
    if (next === undefined) return false;
    certificate = next;
  }
  return false;
}

function parse(text: string): X509Certificate[] {
  const { X509Certificate } = crypto();
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

function crypto(): typeof import("node:crypto") {
  return process.getBuiltinModule("node:crypto");
}

function keep<T>(kept: Map<string, T>, key: string, make: () => T): T {
  let value = kept.get(key);
  if (value !== undefined) return value;
  if (kept.size >= KEPT_MAX) kept.clear();
  value = make();
  kept.set(key, value);
  return value;
}
