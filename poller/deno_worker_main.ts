/**
 * What runs in a thread on Deno: takes calls, one at a time, and sends their outcomes back.
 *
 * @module
 */

import { MessageChannel, parentPort, receiveMessageOnPort } from "node:worker_threads";
import { type CopiedOutcome, copyOutcome, readOutcome } from "./copied_outcome.ts";
import { callExported } from "./deno_call_exported.ts";
import type { CallMessage, ReplyPath, WorkerMessage } from "./deno_worker_messages.ts";
import { enterWorkerScope, type WorkerScope } from "./worker_scope.ts";
import type { WorkerCall } from "./workers.ts";

if (parentPort !== null) serve(parentPort);

/** Takes calls for as long as the thread lives. */
function serve(port: NonNullable<typeof parentPort>): void {
  enterWorkerScope(scopeOver(port));
  port.on("message", async ({ module, name, args }: CallMessage) => {
    const outcome = copyOutcome(name, await callExported(module, name, args));
    port.postMessage({ kind: "outcome", outcome } satisfies WorkerMessage);
  });
}

/** The way back to the thread that started this one. */
function scopeOver(port: NonNullable<typeof parentPort>): WorkerScope {
  return {
    call({ fn, args }: WorkerCall): void {
      port.postMessage(callMessage(fn, args, null));
    },
    callAndWait({ fn, args }: WorkerCall): unknown {
      const { port1, port2 } = new MessageChannel();
      const flag = new Int32Array(new SharedArrayBuffer(4));
      const reply = { port: port1, flag };
      port.postMessage(callMessage(fn, args, reply), [port1]);
      Atomics.wait(flag, 0, 0);
      const received = receiveMessageOnPort(port2);
      port2.close();
      const outcome = readOutcome((received as { message: CopiedOutcome }).message);
      if (outcome.ok) return outcome.value;
      throw outcome.error;
    },
  };
}

function callMessage(
  { module, name }: WorkerCall["fn"],
  args: readonly unknown[],
  reply: ReplyPath | null,
): WorkerMessage {
  return { kind: "call", module, name, args, reply };
}
