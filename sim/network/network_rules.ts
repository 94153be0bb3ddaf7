/**
 * Rules that decide about single messages.
 *
 * @module
 */

/** What a message between two hosts is. */
export type MessageKind =
  /** The question to connect (SYN). */
  | "connect"
  /** The answer to it (SYN and ACK, or a refusal). */
  | "answer"
  /** Bytes of a stream. */
  | "data"
  /** The end of a stream (FIN). */
  | "end"
  /** A connection is gone (RST). */
  | "reset"
  /** What was sent has arrived, or there is room for more. */
  | "acknowledgement"
  /** A datagram of UDP. */
  | "datagram";

/** A message on its way between two hosts, as a rule sees it. */
export interface NetworkMessage {
  /** The name of the host that sends. */
  readonly from: string;
  /** The name of the host it is for. */
  readonly to: string;
  /** What it is. */
  readonly kind: MessageKind;
  /** How many bytes of payload it has. */
  readonly size: number;
}

/**
 * Decides about a message: it passes on to its link, or it is lost (TCP sends it again); `undefined`
 * leaves it to the rules that were added earlier. It must not use the network itself.
 */
export type NetworkRule = (message: NetworkMessage) => "pass" | "drop" | undefined;

/** Which messages something is about. What is left out is every host. */
export interface LinkSelector {
  /** The host, or the hosts, that send. */
  readonly from?: string | readonly string[];
  /** The host, or the hosts, that receive. */
  readonly to?: string | readonly string[];
}

/** Whether something is about a direction. */
export function selects(selector: LinkSelector, from: string, to: string): boolean {
  return isAmong(selector.from, from) && isAmong(selector.to, to);
}

function isAmong(names: string | readonly string[] | undefined, name: string): boolean {
  if (names === undefined) return true;
  return typeof names === "string" ? names === name : names.includes(name);
}
