/**
 * What threads say to each other on Deno.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";
import type { CopiedOutcome } from "./copied_outcome.ts";

/** To a thread: make a call. */
export interface CallMessage {
  /** The address of the module. */
  readonly module: string;
  /** The name that it exports the function by. */
  readonly name: string;
  /** What to call it with. */
  readonly args: readonly unknown[];
}

/** Where the outcome of a thread's own call goes. */
export interface ReplyPath {
  /** Takes the outcome. */
  readonly port: MessagePort;
  /** Becomes 1 when the outcome is there; the thread waits for it. */
  readonly flag: Int32Array;
}

/** From a thread: the outcome of the call, or a call that it wants made. */
export type WorkerMessage =
  | { readonly kind: "outcome"; readonly outcome: CopiedOutcome }
  | (CallMessage & { readonly kind: "call"; readonly reply: ReplyPath | null });
