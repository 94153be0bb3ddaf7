/**
 * The main job: the same two programs on real sockets and in a simulation, and a race found.
 *
 *     deno task demo
 *
 * One program is a Twisted-style echo server on an IOLoop with a Tornado-style client, the other a
 * Tornado-style server on a reactor with a Twisted-style client. First both run over 127.0.0.1.
 * Then both run unchanged on a simulated host, with a day of virtual time between messages. At last
 * a race in a small program is found, shrunk, shown and replayed, and the program without the race
 * passes under every schedule within the bound. The exit code is 0 only if all of that is so.
 *
 * @module
 */

import { DenoPlatform, type Platform } from "../poller/mod.ts";
import { explore, replay, Simulation } from "../sim/mod.ts";
import { counter } from "./demo/counter.ts";
import type { Plan, Tally } from "./demo/plan.ts";
import { message } from "./demo/plan.ts";
import { tornadoServer } from "./demo/tornado_server.ts";
import { twistedServer } from "./demo/twisted_server.ts";

type Program = (platform: Platform, plan: Plan) => Promise<Tally>;

const MESSAGES = 5_000;
const DAY = 24 * 60 * 60;

const PROGRAMS: readonly [string, Program][] = [
  ["Twisted server on TornadoReactor(PollIOLoop), Tornado client", twistedServer],
  ["Tornado server on TwistedIOLoop(PollReactor), Twisted client", tornadoServer],
];

/** Runs a program, prints what it did, and returns whether every byte came back. */
async function show(where: string, name: string, work: Promise<[Tally, number]>): Promise<boolean> {
  const began = performance.now();
  const [{ messages, bytes }, passed] = await work;
  const wall = (performance.now() - began) / 1000;
  const isWhole = messages === MESSAGES && bytes === MESSAGES * message(0).length;
  console.log(`${where}: ${name}`);
  console.log(
    `  ${messages} of ${MESSAGES} messages came back, ${bytes} bytes; ` +
      `wall ${wall.toFixed(2)} s, ${where === "sockets" ? "clock" : "virtual"} ${duration(passed)}`,
  );
  return isWhole;
}

async function onSockets(program: Program): Promise<[Tally, number]> {
  const platform = new DenoPlatform();
  const began = platform.clock.now();
  const tally = await program(platform, { messages: MESSAGES, pause: 0 });
  return [tally, platform.clock.now() - began];
}

async function inSimulation(program: Program): Promise<[Tally, number]> {
  const simulation = new Simulation({ seed: 1 });
  const platform = simulation.host("demo");
  const tally = await simulation.run(() => program(platform, { messages: MESSAGES, pause: DAY }));
  return [tally, platform.clock.now()];
}

function duration(seconds: number): string {
  if (seconds < DAY) return `${seconds.toFixed(2)} s`;
  return `${(seconds / DAY).toFixed(1)} days`;
}

/** Finds the race, replays it from the text of its tape, and shows that the fix holds. */
async function findRace(): Promise<boolean> {
  const { failure, schedules } = await explore(counter(false), { deviations: 2, name: "counter" });
  if (failure === null) return false;
  console.log(`exploration: a race was found after ${schedules} schedules`);
  console.log(failure.report.replace(/^/gm, "  "));
  const replayed = await replay(counter(false), failure.tape.toString(), { name: "counter" })
    .then(() => "passes", (error: unknown) => String(error));
  console.log(`exploration: replayed from the tape it ends with ${replayed}`);
  const fixed = await explore(counter(true), { deviations: 3, name: "counter" });
  console.log(`exploration: the program without the race is ${fixed.guarantee}`);
  return replayed === String(failure.error) && fixed.verdict === "complete";
}

let isWhole = true;
for (const [name, program] of PROGRAMS) {
  isWhole = await show("sockets", name, onSockets(program)) && isWhole;
}
for (const [name, program] of PROGRAMS) {
  isWhole = await show("simulation", name, inSimulation(program)) && isWhole;
}
console.log(isWhole ? "Every byte came back." : "Bytes are missing.");
const isFound = await findRace();
Deno.exit(isWhole && isFound ? 0 : 1);
