/**
 * A connection whose bytes are carried step by step.
 *
 * @module
 */

import type { TimerCall, Timers } from "../deferred/chained.ts";
import type { ConnectedEnds, LoopbackTransport } from "./loopback_transport.ts";
import type { PumpPolicy } from "./pump_policies.ts";

/** How many steps a flush takes at most (Twisted's value). */
const STEPS_MAX = 1000;

/** How a pump works. */
export interface IOPumpOptions {
  /** How what was written becomes calls of `dataReceived`. By default each piece is one. */
  readonly pumpPolicy?: PumpPolicy;
  /** Moved on by 0 before each step, so that what protocols have put off happens. By default none. */
  readonly clock?: {
    /** Moves time on. */
    advance(seconds: number): void;
  };
}

/**
 * Carries what the two ends of a connection write from one to the other, a step at a time.
 *
 * Twisted: `IOPump` (`test/iosim.py`, 24.7), whose connection is there already. An
 * {@linkcode IOPump} makes one; a `ConnectionCompleter` completes one.
 */
export class StepPump {
  /** The transport of the server. */
  readonly serverTransport: LoopbackTransport;
  /** The transport of the client. */
  readonly clientTransport: LoopbackTransport;
  readonly #steps: Steps;
  readonly #options: IOPumpOptions;

  /**
   * Makes a pump for a connection.
   *
   * @param ends The transports of both ends.
   * @param steps The clock by which they talk.
   * @param options How the pump works.
   */
  constructor(ends: ConnectedEnds, steps: Steps, options: IOPumpOptions) {
    this.serverTransport = ends.server;
    this.clientTransport = ends.client;
    this.#steps = steps;
    this.#options = options;
  }

  /**
   * Makes one step: delivers what was written, in both directions, and what has ended.
   *
   * @returns Whether there was anything to do.
   */
  pump(): boolean {
    this.#options.clock?.advance(0);
    return this.#steps.run();
  }

  /**
   * Makes steps until there is nothing to do.
   *
   * @returns Whether there was anything to do.
   * @throws {Error} If there is no end after 1000 steps.
   */
  flush(): boolean {
    if (!this.pump()) return false;
    for (let step = 1; step < STEPS_MAX; step++) {
      if (!this.pump()) return true;
    }
    throw new Error(`Cannot flush: the protocols still talk after ${STEPS_MAX} steps`);
  }
}

/** A clock without time: calls what was put off, a step at a time. */
export class Steps implements Timers {
  #waiting: Set<StepCall> = new Set();

  /**
   * Puts a call off to the next step.
   *
   * @param _delay Not looked at.
   * @param callable What to call.
   * @returns The call.
   */
  callLater(_delay: number, callable: () => void): TimerCall {
    const call = new StepCall(callable);
    this.#waiting.add(call);
    return call;
  }

  /**
   * Makes a step: what is put off meanwhile waits for the next. If a call throws, so do those after it.
   *
   * @returns Whether there was anything to call.
   */
  run(): boolean {
    const due = this.#waiting;
    this.#waiting = new Set();
    let hasCalled = false;
    try {
      for (const call of due) {
        due.delete(call);
        hasCalled = call.run() || hasCalled;
      }
    } finally {
      this.#waiting = new Set([...due, ...this.#waiting]);
    }
    return hasCalled;
  }
}

/** A call that was put off. */
class StepCall implements TimerCall {
  /** `null` once it was made or taken back. */
  #callable: (() => void) | null;

  constructor(callable: () => void) {
    this.#callable = callable;
  }

  active(): boolean {
    return this.#callable !== null;
  }

  cancel(): void {
    this.#callable = null;
  }

  /** Makes the call. Returns whether there was one. */
  run(): boolean {
    const callable = this.#callable;
    this.#callable = null;
    callable?.();
    return callable !== null;
  }
}
