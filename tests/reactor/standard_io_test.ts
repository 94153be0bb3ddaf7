import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import {
  CannotListenError,
  ConnectionDone,
  Factory,
  type Failure,
  type IAddress,
  type IProtocol,
  type LogEvent,
  NoProtocol,
  Protocol,
  type ReactorBase,
  serverFromString,
  StandardIO,
  StandardIOEndpoint,
} from "../../reactor/mod.ts";
import { Simulation } from "../../sim/mod.ts";
import type { SimTerminal } from "../../sim/mod.ts";
import { REACTORS } from "./reactors.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Keeps what it hears. */
class Ear extends Protocol {
  text = "";
  readonly events: string[] = [];
  readonly lost = Promise.withResolvers<Failure>();
  #awaited: { readonly length: number; readonly resolve: () => void } | null = null;

  override dataReceived(data: Uint8Array): void {
    this.text += new TextDecoder().decode(data);
    if (this.#awaited !== null && this.text.length >= this.#awaited.length) this.#awaited.resolve();
  }

  override connectionLost(reason: Failure): void {
    this.events.push("lost");
    this.lost.resolve(reason);
  }

  has(length: number): Promise<void> {
    if (this.text.length >= length) return Promise.resolve();
    return new Promise((resolve) => this.#awaited = { length, resolve });
  }
}

/** Goes on when one direction has ended. */
class HalfCloseableEar extends Ear {
  readonly readLost = Promise.withResolvers<void>();

  readConnectionLost(): void {
    this.events.push("read side lost");
    this.readLost.resolve();
  }

  writeConnectionLost(): void {
    this.events.push("write side lost");
  }
}

/** Reads the output to its end. */
async function readAll({ stdout }: SimTerminal): Promise<string> {
  let text = "";
  for (let data = await stdout.read(); data !== null; data = await stdout.read()) {
    text += new TextDecoder().decode(data);
  }
  return text;
}

for (const { label, make } of REACTORS) {
  const check = (
    name: string,
    body: (reactor: ReactorBase, terminal: SimTerminal, logged: LogEvent[]) => Promise<void>,
  ): void => {
    Deno.test(`${name} (${label}, sim)`, async () => {
      const sim = new Simulation({ seed: 1 });
      const host = sim.host("host");
      await sim.run(async () => {
        const logged: LogEvent[] = [];
        const { reactor, close } = make(host, {
          logObserver: (event) => void (event.level === "error" && logged.push(event)),
        });
        const running = reactor.run({ installSignalHandlers: false });
        await body(reactor, host.processes.terminal, logged);
        assertEquals(logged, [], "errors are logged");
        assertEquals([reactor.getReaders(), reactor.getWriters()], [[], []]);
        reactor.stop();
        await running;
        close();
      });
    });
  };

  check("StandardIO hears the input and speaks on the output", async (reactor, terminal) => {
    const ear = new Ear();
    const transport = new StandardIO(ear, reactor);
    assert(ear.transport as unknown === transport);
    assertEquals([String(transport.getPeer()), String(transport.getHost())], [
      "PipeAddress()",
      "PipeAddress()",
    ]);
    await terminal.stdin.write(bytes("question"));
    await ear.has(8);
    transport.write(bytes("ans"));
    transport.writeSequence([bytes("w"), bytes("er")]);
    transport.loseConnection();
    transport.loseConnection();
    assertEquals([ear.text, await readAll(terminal)], ["question", "answer"]);
    assertInstanceOf((await ear.lost.promise).value, ConnectionDone);
    assertEquals(ear.events, ["lost"]);
    transport.write(bytes("ignored"));
  });

  check("StandardIO ends with the input", async (reactor, terminal) => {
    const ear = new Ear();
    new StandardIO(ear, reactor);
    terminal.stdin.close();
    assertInstanceOf((await ear.lost.promise).value, ConnectionDone);
    assertEquals(await readAll(terminal), "");
  });

  check("StandardIO goes on for a half-closeable protocol", async (reactor, terminal) => {
    const ear = new HalfCloseableEar();
    const transport = new StandardIO(ear, reactor);
    terminal.stdin.close();
    await ear.readLost.promise;
    transport.write(bytes("still here"));
    transport.loseWriteConnection();
    assertEquals(await readAll(terminal), "still here");
    await ear.lost.promise;
    assertEquals(ear.events, ["read side lost", "lost"]);
  });

  check(
    "a producer that throws at the end of StandardIO holds up nothing",
    async (reactor, _terminal, logged) => {
      const ear = new Ear();
      const transport = new StandardIO(ear, reactor);
      transport.registerProducer({
        pauseProducing: () => {},
        resumeProducing: () => {},
        stopProducing: () => {
          throw new RangeError("stop");
        },
      }, true);
      const stopped = transport.stopListening();
      reactor.disconnectAll();
      await ear.lost.promise;
      await stopped;
      assertEquals([ear.events, logged.splice(0).length], [["lost"], 1]);
    },
  );

  check(
    "what a half-closeable protocol throws ends StandardIO",
    async (reactor, terminal, logged) => {
      class Broken extends HalfCloseableEar {
        override readConnectionLost(): void {
          throw new RangeError("half");
        }
      }
      const ear = new Broken();
      new StandardIO(ear, reactor);
      terminal.stdin.close();
      assertInstanceOf((await ear.lost.promise).value, RangeError);
      assertEquals(await readAll(terminal), "");
      const [event] = logged.splice(0);
      assertEquals(event?.message, "Exception in readConnectionLost");
    },
  );

  check("what connectionMade() throws ends StandardIO", async (reactor, terminal) => {
    const lost: unknown[] = [];
    class Broken extends Protocol {
      override connectionMade(): void {
        throw new RangeError("made");
      }
      override connectionLost(reason: Failure): void {
        lost.push(reason.value);
      }
    }
    const listening = new StandardIOEndpoint(reactor).listen(Factory.forProtocol(Broken));
    const error = await assertRejects(() => listening.asPromise(), RangeError, "made");
    assertEquals(lost, [error]);
    assertEquals(await readAll(terminal), "");
  });

  check(
    "StandardIO.loseConnection() ends the input when the output has ended",
    async (reactor, terminal) => {
      const ear = new HalfCloseableEar();
      const transport = new StandardIO(ear, reactor);
      transport.loseWriteConnection();
      assertEquals(await readAll(terminal), "");
      assertEquals(ear.events, ["write side lost"]);
      transport.loseConnection();
      assertInstanceOf((await ear.lost.promise).value, ConnectionDone);
    },
  );

  check(
    "StandardIO reads nothing while loseConnection() waits for a producer",
    async (reactor, terminal) => {
      const ear = new Ear();
      const transport = new StandardIO(ear, reactor);
      const nothing = () => {};
      transport.registerProducer({
        pauseProducing: nothing,
        resumeProducing: nothing,
        stopProducing: nothing,
      }, true);
      transport.loseConnection();
      transport.resumeProducing();
      await terminal.stdin.write(bytes("too late"));
      await new Promise<void>((resolve) => void reactor.callLater(1, resolve));
      assertEquals([ear.text, ear.events], ["", []]);
      transport.unregisterProducer();
      await ear.lost.promise;
    },
  );

  check("StandardIO.pauseProducing() stops the input", async (reactor, terminal) => {
    const ear = new Ear();
    const transport = new StandardIO(ear, reactor);
    transport.pauseProducing();
    await terminal.stdin.write(bytes("later"));
    for (let pass = 0; pass < 5; pass++) {
      await new Promise<void>((resolve) => void reactor.callLater(0, resolve));
    }
    assertEquals(ear.text, "");
    transport.resumeProducing();
    await ear.has(5);
    transport.abortConnection();
    await ear.lost.promise;
  });

  check("StandardIOEndpoint.listen() gives a protocol the descriptors", async (reactor) => {
    const endpoint = new StandardIOEndpoint(reactor);
    assertEquals(String(endpoint), "<StandardIOEndpoint>");
    class Refusing extends Factory {
      override buildProtocol(): IProtocol | null {
        return null;
      }
    }
    await assertRejects(() => endpoint.listen(new Refusing()).asPromise(), NoProtocol);
    const transport = await endpoint.listen(Factory.forProtocol(Ear));
    assertInstanceOf(transport, StandardIO);
    transport.loseConnection();
    for (let pass = 0; pass < 20; pass++) {
      await new Promise<void>((resolve) => void reactor.callLater(0, resolve));
    }
    assert(transport.disconnected);
  });

  check(
    "StandardIOEndpointPluginTests: stdio: listens on the descriptors",
    async (reactor, terminal) => {
      const ears: Ear[] = [];
      class Ears extends Factory {
        readonly addresses: string[] = [];
        override buildProtocol(address: IAddress): IProtocol {
          this.addresses.push(String(address));
          const ear = new Ear();
          ears.push(ear);
          return ear;
        }
      }
      const factory = new Ears();
      const port = await serverFromString(reactor, "stdio:").listen(factory);
      const [ear] = ears as [Ear];
      assertEquals([String(port.getHost()), factory.addresses], ["PipeAddress()", [
        "PipeAddress()",
      ]]);
      assertThrows(() => port.startListening(), CannotListenError, "opened only once");
      await terminal.stdin.write(bytes("question"));
      await ear.has(8);
      ear.transport.write(bytes("answer"));
      const log: string[] = [];
      const stopped = [port.stopListening(), port.stopListening()];
      for (const each of stopped) each?.addCallback(() => log.push(...ear.events));
      assertEquals(log, []);
      assertEquals([await readAll(terminal), ear.text], ["answer", "question"]);
      await stopped[1];
      assertEquals(log, ["lost", "lost"]);
      assertEquals(port.stopListening(), null);
    },
  );
}
