/**
 * Chains against a model that is too simple to be wrong: a fold over the links.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ErrorLedger } from "../../../poller/mod.ts";
import { Deferred, fail, Failure, succeed } from "../../../reactor/deferred/mod.ts";

/** What a function of a chain does, and how what it returns arrives. */
interface Step {
  readonly side: "callback" | "errback" | "both" | "observe" | "callbacks";
  readonly outcome: "value" | "throw";
  readonly via: "plain" | "fired" | "later" | "paused" | "nested" | "returned";
}

/** The state of the model: a result is a number, a failure a thrown number. */
interface State {
  readonly failed: boolean;
  readonly value: number;
  /** Whether an observer has seen it. */
  readonly seen?: boolean;
}

const STEP: fc.Arbitrary<Step> = fc.record({
  side: fc.constantFrom("callback", "errback", "both", "observe", "callbacks"),
  outcome: fc.constantFrom("value", "throw"),
  via: fc.constantFrom("plain", "fired", "later", "paused", "nested", "returned"),
});

function describe(state: State): string {
  return `${state.failed ? "failure" : "result"} ${state.value}`;
}

function runModel(start: State, steps: readonly Step[]): { log: string[]; end: State } {
  const log: string[] = [];
  let state = start;
  steps.forEach((step, index) => {
    const runs = step.side === "callback"
      ? !state.failed
      : step.side === "errback"
      ? state.failed
      : true;
    if (!runs) return;
    log.push(`${index}: ${describe(state)}`);
    if (step.side === "observe") state = { ...state, seen: true };
    else state = { failed: step.outcome === "throw", value: index };
  });
  return { log, end: state };
}

/** A chain under test, and what has to be fired, in any order, for it to come to its end. */
class Chain {
  readonly log: string[] = [];
  readonly gates: (() => void)[] = [];
  readonly deferred: Deferred<number> = new Deferred();

  add(step: Step, index: number): void {
    const call = (result: number | Failure) => {
      const failed = result instanceof Failure;
      const value = failed ? result.value as number : result;
      this.log.push(`${index}: ${describe({ failed, value })}`);
      return step.side === "observe" ? 0 : this.#produce(step, index);
    };
    const { deferred } = this;
    if (step.side === "callback") deferred.addCallback(call);
    else if (step.side === "errback") deferred.addErrback(call);
    else if (step.side === "both") deferred.addBoth(call);
    else if (step.side === "observe") deferred.observe((result) => void call(result));
    else deferred.addCallbacks(call, call);
  }

  #produce({ outcome, via }: Step, index: number): number | Failure | Deferred<number> {
    const failed = outcome === "throw";
    if (via === "plain") {
      if (failed) throw index;
      return index;
    }
    if (via === "returned") return failed ? new Failure(index) : index;
    const inner: Deferred<number> = via === "later" || via === "nested"
      ? new Deferred()
      : failed
      ? fail(index)
      : succeed(index);
    if (via === "paused") {
      inner.pause();
      this.gates.push(() => inner.unpause());
    }
    if (via === "later" || via === "nested") {
      this.gates.push(() => failed ? inner.errback(index) : inner.callback(index));
    }
    return via === "nested" ? succeed(0).addCallback(() => inner) : inner;
  }

  /** Fires what the chain waits for, until it waits for nothing. */
  openGates(): void {
    for (;;) {
      const gate = this.gates.shift();
      if (gate === undefined) return;
      gate();
    }
  }

  end(): State {
    const { result } = this.deferred;
    return result instanceof Failure
      ? { failed: true, value: result.value as number }
      : { failed: false, value: result as number };
  }
}

Deno.test("Deferred runs every chain as a fold over its links would", () => {
  fc.assert(fc.property(
    fc.array(STEP, { maxLength: 12 }),
    fc.boolean(),
    fc.nat(12),
    fc.boolean(),
    (steps, startFails, addedLater, pauses) => {
      using ledger = new ErrorLedger();
      const start = { failed: startFails, value: -1 };
      const model = runModel(start, steps);
      const chain = new Chain();
      const before = Math.max(0, steps.length - addedLater);
      steps.slice(0, before).forEach((step, index) => chain.add(step, index));
      if (pauses) chain.deferred.pause();
      if (startFails) chain.deferred.errback(-1);
      else chain.deferred.callback(-1);
      steps.slice(before).forEach((step, index) => chain.add(step, before + index));
      if (pauses) {
        assertEquals(chain.log, []);
        chain.deferred.unpause();
      }
      chain.openGates();
      assertEquals(chain.log, model.log);
      const { failed, value, seen } = model.end;
      assertEquals(chain.end(), { failed, value });
      assertEquals([chain.deferred.paused, chain.deferred.waitingOn], [0, null]);
      const unhandled = ledger.take().map(({ error }) => error);
      assertEquals(unhandled, failed && !seen ? [value] : []);
    },
  ));
});

Deno.test("Deferred tells each of many that wait for one another in the order of their links", () => {
  fc.assert(fc.property(
    fc.array(fc.nat(), { minLength: 1, maxLength: 30 }),
    fc.boolean(),
    (choices, fails) => {
      using ledger = new ErrorLedger();
      // Each waits for one that was made before it, chosen at will: of several, the first gets the
      // result and the others what it left.
      const deferreds: Deferred<unknown>[] = [new Deferred<unknown>()];
      const parents = choices.map((choice, index) => choice % (index + 1));
      for (const parent of parents) {
        deferreds.push(succeed(0).addCallback(() => deferreds[parent] as Deferred<unknown>));
      }
      const expected = deferreds.map((): unknown => undefined);
      let holder = 0;
      for (;;) {
        const next = parents.indexOf(holder) + 1;
        if (next === 0) break;
        holder = next;
      }
      if (fails) deferreds[0]?.errback("lost");
      else deferreds[0]?.callback("found");
      expected[holder] = fails ? "lost" : "found";
      const results = deferreds.map(({ result }) =>
        result instanceof Failure ? result.value : result
      );
      assertEquals(results, expected);
      assertEquals(ledger.take().length, fails ? 1 : 0);
    },
  ));
});

Deno.test("Deferred fires once, whatever calls come in whatever order", () => {
  const CALL = fc.constantFrom("callback", "errback", "cancel", "pause", "unpause");
  fc.assert(fc.property(
    fc.array(CALL, { maxLength: 12 }),
    fc.constantFrom("none", "silent", "callback", "errback"),
    (calls, canceller) => {
      const seen: string[] = [];
      let cancels = 0;
      const deferred: Deferred<string> = canceller === "none"
        ? new Deferred()
        : new Deferred((self) => {
          cancels++;
          if (canceller === "callback") self.callback("canceller");
          if (canceller === "errback") self.errback("canceller");
        });
      deferred.addBoth((result) => seen.push(String(result)));
      let fired = false;
      let drops = false;
      let pauses = 0;
      for (const call of calls) {
        const mayThrow = fired && !drops && (call === "callback" || call === "errback");
        let threw = false;
        try {
          deferred[call as "callback"]("x");
        } catch {
          threw = true;
        }
        assertEquals(threw, mayThrow, `${call} of ${calls}`);
        if (call === "pause") pauses++;
        else if (call === "unpause") pauses = Math.max(0, pauses - 1);
        else if (call === "cancel") {
          if (!fired) drops = canceller === "none";
          fired = true;
        } else {
          if (fired) drops = false;
          fired = true;
        }
        assertEquals(deferred.called, fired);
        assertEquals(deferred.paused, pauses);
      }
      while (deferred.paused > 0) deferred.unpause();
      assertEquals(seen.length, fired ? 1 : 0);
      assertEquals(cancels <= 1, true);
    },
  ));
});
