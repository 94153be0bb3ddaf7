/**
 * The dialogue by which two sides agree on TLS, without the connection.
 *
 * @module
 */

import type { TLSErrorReason, TLSOptions, TLSServerOptions, TLSVersion } from "../../poller/mod.ts";
import { isUsable, judgeCertificate } from "./deno_certificates.ts";

/** The versions, the newest first. */
const VERSIONS: readonly TLSVersion[] = ["TLSv1.3", "TLSv1.2"];

/** What the sides say. In TLS 1.2 the server has the last word, so that it takes a round more. */
export type TLSMessage =
  | {
    readonly kind: "hello";
    readonly name: string | null;
    readonly protocols: readonly string[];
    readonly versions: readonly TLSVersion[];
  }
  | {
    readonly kind: "answer";
    readonly version: TLSVersion;
    readonly protocol: string | null;
    readonly cert: string;
    readonly asksForCert: boolean;
  }
  | { readonly kind: "finish"; readonly cert: string | null }
  | { readonly kind: "confirm" };

/** What was agreed on. */
export interface TLSAgreement {
  /** The version. */
  readonly version: TLSVersion;
  /** The application protocol; `null` if there is none. */
  readonly protocol: string | null;
  /** The certificate of the other side, as PEM; `null` if it has shown none. */
  readonly peerCert: string | null;
}

/** What follows from a message. */
export interface TLSStep {
  /** What to say. */
  readonly reply?: TLSMessage;
  /** What was agreed on, if the handshake is over. */
  readonly agreement?: TLSAgreement;
  /** Why it has failed. */
  readonly failure?: {
    readonly reason: TLSErrorReason;
    /** What the other side is told; `null` if nothing. */
    readonly alert: string | null;
  };
}

/** The alerts by which a certificate is refused. */
const CERTIFICATE_ALERTS: ReadonlySet<string> = new Set([
  "bad_certificate",
  "certificate_expired",
  "certificate_required",
  "unknown_ca",
]);

/** Tells what an alert of the other side means. */
export function reasonOfAlert(alert: string): TLSErrorReason {
  if (CERTIFICATE_ALERTS.has(alert)) return "refused-by-peer";
  if (alert === "no_application_protocol") return "no-common-protocol";
  return alert === "protocol_version" ? "no-common-version" : "failed";
}

/** One side of a handshake. */
export class TLSHandshake {
  readonly #options: TLSOptions;
  readonly #now: () => number;
  readonly #isLate: () => boolean;
  /** What is waited for. */
  #expects: TLSMessage["kind"];
  #agreement: TLSAgreement | null = null;

  /**
   * Begins.
   *
   * @param options Which side this is, and whom to trust.
   * @param now The wall clock, in milliseconds since 1970.
   * @param isLate Decides, when something is refused, whether that shows only after what is said next.
   */
  constructor(options: TLSOptions, now: () => number, isLate: () => boolean) {
    this.#options = options;
    this.#now = now;
    this.#isLate = isLate;
    this.#expects = options.side === "client" ? "answer" : "hello";
  }

  /** Returns what this side says first, if it does. */
  start(): TLSMessage | null {
    const options = this.#options;
    if (options.side === "server") return null;
    return {
      kind: "hello",
      name: options.hostname ?? null,
      protocols: options.alpnProtocols ?? [],
      versions: versionsOf(options),
    };
  }

  /** Hears what the other side says. */
  receive(message: TLSMessage): TLSStep {
    if (message.kind !== this.#expects) return failed("failed", "unexpected_message");
    if (message.kind === "hello") {
      return this.#hearHello(message, this.#options as TLSServerOptions);
    }
    if (message.kind === "answer") return this.#hearAnswer(message);
    if (message.kind === "finish") return this.#hearFinish(message.cert);
    return { agreement: this.#agreement as TLSAgreement };
  }

  #hearHello(hello: TLSMessage & { kind: "hello" }, options: TLSServerOptions): TLSStep {
    const { cert, key, alpnProtocols: own = [], verify: asksForCert = false } = options;
    const version = versionsOf(options).find((version) => hello.versions.includes(version));
    if (version === undefined) {
      return failed("no-common-version", this.#isLate() ? null : "protocol_version");
    }
    if (!isUsable(cert, key)) return failed("failed", "internal_error");
    const protocol = own.find((protocol) => hello.protocols.includes(protocol)) ?? null;
    if (protocol === null && own.length > 0 && hello.protocols.length > 0) {
      return failed("no-common-protocol", "no_application_protocol");
    }
    this.#agreement = { version, protocol, peerCert: null };
    this.#expects = "finish";
    return { reply: { kind: "answer", version, protocol, cert, asksForCert } };
  }

  #hearAnswer(answer: TLSMessage & { kind: "answer" }): TLSStep {
    const { options, refusal } = this.#judge(answer.cert);
    if (refusal !== null) return this.#refuse(refusal, { kind: "finish", cert: null });
    const { version, protocol, cert: peerCert } = answer;
    const agreement = { version, protocol, peerCert };
    const cert = answer.asksForCert ? options.cert ?? null : null;
    if (cert !== null && !isUsable(cert, options.key ?? "")) {
      return failed("failed", "internal_error");
    }
    const reply = { kind: "finish", cert } as const;
    if (version === "TLSv1.3") return { reply, agreement };
    this.#agreement = agreement;
    this.#expects = "confirm";
    return { reply };
  }

  #hearFinish(cert: string | null): TLSStep {
    const { refusal } = this.#judge(cert);
    if (refusal !== null) return this.#refuse(refusal, { kind: "confirm" });
    const agreement = { ...this.#agreement as TLSAgreement, peerCert: cert };
    if (agreement.version === "TLSv1.3") return { agreement };
    return { reply: { kind: "confirm" }, agreement };
  }

  /** Refuses at once, with an alert, or without a word after the other side was told that all is well. */
  #refuse(reason: TLSErrorReason, reply: TLSMessage): TLSStep {
    if (!this.#isLate()) return failed(reason, alertOf(reason));
    const isLast = reply.kind === "confirm" && this.#agreement?.version === "TLSv1.3";
    return { ...failed(reason, null), ...(isLast ? {} : { reply }) };
  }

  #judge(cert: string | null): { options: TLSOptions; refusal: TLSErrorReason | null } {
    const options = this.#options;
    const isClient = options.side === "client";
    const verify = options.verify ?? isClient;
    const refusal = !verify ? null : judgeCertificate(cert, {
      caCerts: options.caCerts ?? [],
      hostname: isClient ? options.hostname ?? null : null,
      now: this.#now(),
    });
    return { options, refusal };
  }
}

function versionsOf({ minVersion = "TLSv1.2", maxVersion = "TLSv1.3" }: TLSOptions): TLSVersion[] {
  return VERSIONS.filter((version) => version >= minVersion && version <= maxVersion);
}

function alertOf(reason: TLSErrorReason): string {
  if (reason === "expired") return "certificate_expired";
  if (reason === "no-certificate") return "certificate_required";
  return reason === "untrusted" || reason === "self-signed" ? "unknown_ca" : "bad_certificate";
}

function failed(reason: TLSErrorReason, alert: string | null): TLSStep {
  return { failure: { reason, alert } };
}
