/**
 * The third program: a counter with a race, and the same one without.
 *
 * A server adds one to a counter whenever it is told to. It reads the counter, waits for a moment (a
 * disk, a database), and writes it back. Two clients each tell it once. If their messages arrive
 * one after the other, all is well.
 *
 * @module
 */

import { ClientFactory, Factory, PollReactor, Protocol } from "../../reactor/mod.ts";
import type { Simulation } from "../../sim/mod.ts";

/** How long the server's disk takes, in seconds. */
const DISK = 0.01;
/** How much later the second client begins, in seconds: enough, as long as nothing is late. */
const HEAD_START = 0.02;

/** Says one byte once connected. */
class Teller extends Protocol {
  override connectionMade(): void {
    this.transport.write(new Uint8Array([1]));
  }
}

/** Adds one for each byte that it hears, in two steps. */
class Counter extends Protocol {
  override dataReceived(): void {
    (this.factory as Counters).add();
  }
}

class Counters extends Factory {
  override readonly protocol = Counter;
  value = 0;
  readonly #reactor: PollReactor;
  readonly #isSafe: boolean;

  constructor(reactor: PollReactor, isSafe: boolean) {
    super();
    this.#reactor = reactor;
    this.#isSafe = isSafe;
  }

  add(): void {
    const read = this.value;
    this.#reactor.callLater(DISK, () => {
      this.value = (this.#isSafe ? this.value : read) + 1;
    });
  }
}

/** Sets the world up, and checks at its end that nothing was lost. */
export function counter(isSafe: boolean): (sim: Simulation) => () => string {
  return (sim) => {
    const reactor = new PollReactor(sim.host("server"));
    const counters = new Counters(reactor, isSafe);
    reactor.listenTCP(80, counters);
    reactor.run({ installSignalHandlers: false });
    for (const [index, name] of ["ada", "bob"].entries()) {
      const client = new PollReactor(sim.host(name));
      // Whether the second client is late in beginning is the scenario's own choice.
      const delay = index * HEAD_START * (1 - sim.choose(`${name} is early`, 2));
      client.callLater(delay, () => {
        client.connectTCP("server", 80, ClientFactory.forProtocol(Teller));
      });
      client.run({ installSignalHandlers: false });
    }
    return () => {
      if (counters.value !== 2) throw new Error(`The counter is ${counters.value}, not 2`);
      return `the counter is ${counters.value}`;
    };
  };
}
