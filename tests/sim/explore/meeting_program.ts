/** Small programs of processes that meet in what their machine has one of, drawn at random. */

import fc from "fast-check";
import {
  type DatagramHandle,
  type Handle,
  type ListenerHandle,
  READ,
  SocketError,
  type StreamHandle,
  WRITE,
} from "../../../poller/mod.ts";
import type { SimulatedProcess, Simulation } from "../../../sim/mod.ts";
import type { Places } from "./random_program.ts";

const KINDS = [
  "listen",
  "listen sharing",
  "listen at a path",
  "listen anywhere",
  "close",
  "connect",
  "connect to a path",
  "accept",
  "join",
  "send to the group",
  "install",
  "spawn",
  "leap",
  "step",
  "wait",
] as const;

/** What a process does in a turn. */
export type Meeting = typeof KINDS[number];

/** Draws programs whose schedules can all be run: what each process does, turn by turn. */
export const meetings: fc.Arbitrary<Meeting[][]> = fc
  .array(fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 3 }), {
    minLength: 2,
    maxLength: 3,
  })
  .filter((processes) => processes.flat().length <= 5);

const PORT = { transport: "tcp", hostname: "0.0.0.0", port: 80 } as const;
const PATH = { transport: "unix", path: "/run/app" } as const;
const GROUP = { transport: "udp", hostname: "239.1.2.3", port: 5 } as const;

/** How long a message takes on a machine, in seconds: some things then happen at the same time. */
const TICK = 5e-5;

/** Makes the scenario of a program: its outcome is what each process saw, in order. */
export function meetingScenario(
  processes: readonly (readonly Meeting[])[],
  place: Places,
): (sim: Simulation) => unknown {
  return (sim) => {
    const all = processes.map((_, me) => new Process(place(sim, me), me));
    processes.forEach((steps, me) => all[me]?.begin(steps));
    return () => JSON.stringify(all.map(({ seen }) => seen));
  };
}

/** One of the processes. */
class Process {
  readonly seen: unknown[] = [];
  readonly #platform: SimulatedProcess;
  readonly #me: number;
  readonly #group: DatagramHandle;
  #listeners: ListenerHandle[] = [];

  constructor(platform: SimulatedProcess, me: number) {
    this.#platform = platform;
    this.#me = me;
    const options = { reuseAddress: true, multicast: true };
    this.#group = platform.network.bindDatagram({ ...GROUP, hostname: "0.0.0.0" }, options);
    platform.poller.register(this.#group, READ);
  }

  begin(steps: readonly Meeting[]): void {
    const left = steps.slice();
    const { poller, clock } = this.#platform;
    const turn = (): void => {
      const next = left.shift();
      const wait = next === undefined ? Infinity : next === "wait" ? TICK : 0;
      try {
        if (next !== undefined) this.#take(next);
      } catch (error) {
        this.seen.push(error instanceof SocketError ? error.code : `${error}`);
      }
      this.seen.push(Math.round(clock.wall()));
      poller.poll(wait, this.#onReady, turn);
    };
    poller.poll(0, this.#onReady, turn);
  }

  #take(step: Meeting): void {
    const { network, processes, clock } = this.#platform;
    if (step === "listen") this.#listen(network.listen(PORT));
    if (step === "listen sharing") this.#listen(network.listen(PORT, { reusePort: true }));
    if (step === "listen at a path") {
      this.#listen(network.listen(PATH, { replaceSocketFile: this.#me === 1 }));
    }
    if (step === "listen anywhere") this.#listen(network.listen({ ...PORT, port: 0 }));
    if (step === "close") this.#listeners.shift()?.close();
    if (step === "connect") {
      this.#connect(network.connect({ ...PORT, hostname: this.#platform.address }));
    }
    if (step === "connect to a path") this.#connect(network.connect(PATH));
    if (step === "accept") this.seen.push(this.#listeners[0]?.accept()?.id);
    if (step === "join") this.#group.multicast?.joinGroup(GROUP.hostname);
    if (step === "send to the group") this.#group.send(Uint8Array.of(this.#me), GROUP);
    if (step === "install") processes.install("program", () => this.#me);
    if (step === "spawn") this.#spawn();
    if (step === "leap") clock.leap(TICK);
    if (step === "step") clock.step(1);
  }

  #listen(listener: ListenerHandle): void {
    this.#listeners.push(listener);
    this.#platform.poller.register(listener, READ);
    this.seen.push(listener.localAddress);
  }

  #connect(stream: StreamHandle): void {
    this.#platform.poller.register(stream, WRITE);
  }

  #spawn(): void {
    const options = {
      executable: "program",
      stdin: "null",
      stdout: "null",
      stderr: "null",
    } as const;
    const child = this.#platform.processes.spawn(options);
    child.addExitListener(({ code }) => this.seen.push(`exit ${code}`));
  }

  #onReady = (handle: Handle): void => {
    const ready = handle as StreamHandle | ListenerHandle | DatagramHandle;
    if (ready.kind === "datagram") {
      this.seen.push(`got ${ready.receive()?.bytes[0]}`);
    } else if (ready.kind === "listener") {
      this.seen.push(`accepted ${ready.accept()?.id}`);
    } else {
      this.seen.push(ready.takeError()?.code ?? ready.localAddress);
      this.#platform.poller.unregister(ready);
    }
  };
}
