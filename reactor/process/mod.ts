/**
 * Child processes with Twisted's names.
 *
 * @example A program that is not there is a child that says so and ends
 * ```ts
 * import { PollReactor, ProcessProtocol } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation();
 * const reactor = new PollReactor(sim.host("local"));
 * const log: string[] = [];
 * class Missing extends ProcessProtocol {
 *   override errReceived(data: Uint8Array): void {
 *     log.push(new TextDecoder().decode(data).trim());
 *   }
 *   override processEnded(): void {
 *     reactor.stop();
 *   }
 * }
 * reactor.spawnProcess(new Missing(), "no-such-program");
 * await sim.run(() => reactor.run());
 * assertEquals(log, ["SocketError: Cannot spawn no-such-program: there is no such program"]);
 * ```
 *
 * @module
 */

export { ProcessDone, ProcessExitedAlready, ProcessTerminated } from "./errors.ts";
export { Process } from "./process.ts";
export { PipeAddress, ProcessAddress } from "./process_address.ts";
export type { PipeOwner } from "./process_pipe.ts";
export { ProcessProtocol } from "./process_protocol.ts";
export { ReactorProcess } from "./reactor_process.ts";
export { StandardIO } from "./standard_io.ts";
