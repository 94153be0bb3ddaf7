/** Scenarios that the command and workers load. */

import type { Simulation } from "../../../sim/mod.ts";
import { lastZero } from "../../sim/explore/popl_programs.ts";

/** The balance of an account to which two deposit; an update is lost if they overlap. */
export async function deposits(sim: Simulation): Promise<number> {
  let balance = 0;
  const deposit = async (name: string) => {
    const read = balance;
    await sim.sleep(1 + sim.choose(`${name} is slow`, 3));
    balance = read + 1;
  };
  const first = deposit("first");
  await sim.sleep(1.5);
  await Promise.all([first, deposit("second")]);
  if (balance !== 2) throw new Error(`balance is ${balance}`);
  return balance;
}

/** The same without the race. */
export async function fixedDeposits(sim: Simulation): Promise<number> {
  let balance = 0;
  for (const name of ["first", "second"]) {
    await sim.sleep(1 + sim.choose(`${name} is slow`, 3));
    balance++;
  }
  return balance;
}

/** A program of POPL 2014 with 64 classes of schedules. */
export const lastZeroOfFive: (sim: Simulation) => unknown = lastZero(5);

/** More schedules than anybody can wait for. */
export function long(sim: Simulation): void {
  for (let i = 0; i < 60; i++) sim.choose("coin", 2);
}

/** The same, and one schedule in a thousand fails. */
export function endless(sim: Simulation): void {
  if (sim.choose("die", 1000) === 999) throw new Error("struck");
}

let runs = 0;

/** Does something else each time. */
export function different(sim: Simulation): void {
  sim.choose(`coin ${runs++}`, 2);
}

/** No scenario: a number. */
export const limit = 3;
