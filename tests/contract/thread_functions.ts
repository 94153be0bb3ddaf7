/**
 * Functions that tests have called in threads. Threads import this module, so it imports little.
 *
 * @module
 */

import { blockingCallFromThread, callFromThread, isInIOThread } from "../../reactor/threads/mod.ts";
import { type ModuleFunction, moduleFunction } from "../../poller/module_function.ts";
import type { WorkerError } from "../../poller/worker_errors.ts";

/** What {@linkcode note} was called with, in the thread that this copy of the module belongs to. */
export const notes: string[] = [];

/** An error with a class and a field of its own. */
export class AccountError extends Error {
  override readonly name = "AccountError";
  readonly balance: number = -3;
  readonly close: () => void = () => {};
}

/** Adds. */
function add(a: number, b: number): number {
  return a + b;
}

/** Adds, some turns later. */
async function addLater(a: number, b: number): Promise<number> {
  for (let i = 0; i < 3; i++) await Promise.resolve();
  return a + b;
}

/** Remembers a text in this thread. */
function note(text: string): void {
  notes.push(text);
}

/** Returns what this thread remembers. */
function recall(): string[] {
  return [...notes];
}

/** Throws. */
function fail(message: string): never {
  throw new RangeError(message, { cause: new TypeError("inner") });
}

/** Throws, some turns later. */
async function failLater(message: string): Promise<never> {
  for (let i = 0; i < 3; i++) await Promise.resolve();
  throw new RangeError(message);
}

/** Throws an error of a class of its own. */
function failAccount(): never {
  throw new AccountError("account is empty");
}

/** Fails with what is not an error. */
function failText(): Promise<never> {
  return Promise.reject("just a text");
}

/** Returns what cannot be copied. */
function makeFunction(): () => void {
  return () => {};
}

/** Tells where it runs. */
function whereAmI(): boolean {
  return isInIOThread();
}

/** Has the loop remember a text. */
function noteInLoop(text: string): void {
  callFromThread(named.note, text);
}

/** Has the loop throw. */
function failInLoop(message: string): void {
  callFromThread(named.fail, message);
}

/** Asks the loop, and waits. */
function askLoop(a: number, b: number): number {
  return blockingCallFromThread(named.add, a, b);
}

/** Asks the loop for something that takes its time, and waits. */
function askLoopLater(a: number, b: number): number {
  return blockingCallFromThread(named.addLater, a, b);
}

/** Asks the loop for something that fails, and waits. */
function askLoopToFail(message: string): number {
  return blockingCallFromThread(named.fail, message);
}

/** Asks the loop for something that fails later, and waits. */
function askLoopToFailLater(message: string): number {
  return blockingCallFromThread(named.failLater, message);
}

/** Told, in the thread of the loop, that {@linkcode stay} was called. */
export const whenStaying: { tell: () => unknown } = { tell() {} };

/** Never ends. */
function stay(): Promise<never> {
  whenStaying.tell();
  return new Promise(() => {});
}

/** Asks the loop for something that never ends, and waits. */
function askLoopToStay(): string {
  return codeOf(() => blockingCallFromThread(named.stay));
}

/** Asks the loop after {@linkcode askLoopToStay} and waits. */
function askLoopForCode(a: number, b: number): string {
  return codeOf(() => blockingCallFromThread(named.add, a, b));
}

/** What a call returns, or the code and message of its error. */
function codeOf(call: () => unknown): string {
  try {
    return String(call());
  } catch (error) {
    const { code, message } = error as WorkerError;
    return `${code}: ${message}`;
  }
}

/** Ends the thread. Only where threads are real. */
function leave(): Promise<never> {
  Deno.exit(3);
}

/** Throws where no caller is. Only where threads are real. */
function failAside(): Promise<never> {
  setTimeout(() => {
    throw new Error("nobody caught this");
  }, 0);
  return new Promise(() => {});
}

export {
  add,
  addLater,
  askLoop,
  askLoopForCode,
  askLoopLater,
  askLoopToFail,
  askLoopToFailLater,
  askLoopToStay,
  fail,
  failAccount,
  failAside,
  failInLoop,
  failLater,
  failText,
  leave,
  makeFunction,
  note,
  noteInLoop,
  recall,
  stay,
  whereAmI,
};

const module = import.meta.url;

/** What threads are told of {@linkcode named}. */
export interface NamedFunctions {
  readonly add: ModuleFunction<[number, number], number>;
  readonly addLater: ModuleFunction<[number, number], number>;
  readonly askLoop: ModuleFunction<[number, number], number>;
  readonly askLoopForCode: ModuleFunction<[number, number], string>;
  readonly askLoopLater: ModuleFunction<[number, number], number>;
  readonly askLoopToFail: ModuleFunction<[string], number>;
  readonly askLoopToFailLater: ModuleFunction<[string], number>;
  readonly askLoopToStay: ModuleFunction<[], string>;
  readonly fail: ModuleFunction<[string], never>;
  readonly failAccount: ModuleFunction<[], never>;
  readonly failAside: ModuleFunction<[], never>;
  readonly failInLoop: ModuleFunction<[string], void>;
  readonly failLater: ModuleFunction<[string], never>;
  readonly failText: ModuleFunction<[], never>;
  readonly leave: ModuleFunction<[], never>;
  readonly makeFunction: ModuleFunction<[], () => void>;
  readonly note: ModuleFunction<[string], void>;
  readonly noteInLoop: ModuleFunction<[string], void>;
  readonly recall: ModuleFunction<[], string[]>;
  readonly stay: ModuleFunction<[], never>;
  readonly whereAmI: ModuleFunction<[], boolean>;
}

/** The functions, as threads are told of them. */
export const named: NamedFunctions = {
  add: moduleFunction(module, add),
  addLater: moduleFunction(module, addLater),
  askLoop: moduleFunction(module, askLoop),
  askLoopForCode: moduleFunction(module, askLoopForCode),
  askLoopLater: moduleFunction(module, askLoopLater),
  askLoopToFail: moduleFunction(module, askLoopToFail),
  askLoopToFailLater: moduleFunction(module, askLoopToFailLater),
  askLoopToStay: moduleFunction(module, askLoopToStay),
  fail: moduleFunction(module, fail),
  failAccount: moduleFunction(module, failAccount),
  failAside: moduleFunction(module, failAside),
  failInLoop: moduleFunction(module, failInLoop),
  failLater: moduleFunction(module, failLater),
  failText: moduleFunction(module, failText),
  leave: moduleFunction(module, leave),
  makeFunction: moduleFunction(module, makeFunction),
  note: moduleFunction(module, note),
  noteInLoop: moduleFunction(module, noteInLoop),
  recall: moduleFunction(module, recall),
  stay: moduleFunction(module, stay),
  whereAmI: moduleFunction(module, whereAmI),
};
