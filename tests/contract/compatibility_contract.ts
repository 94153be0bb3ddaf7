/**
 * Programs that use both families at once, started from either side.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { IOStream, PollIOLoop } from "../../ioloop/mod.ts";
import type { ListenerHandle } from "../../poller/mod.ts";
import { READ } from "../../poller/mod.ts";
import {
  ClientFactory,
  Deferred,
  Factory,
  type Failure,
  type LogEvent,
  Protocol,
  TornadoReactor,
} from "../../reactor/mod.ts";
import { ANY_PORT } from "./passes.ts";
import type { TestFunction, World, WorldRun } from "./world.ts";

const HOST = "127.0.0.1";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A loop with a reactor on it. */
interface Rig extends WorldRun {
  readonly ioLoop: PollIOLoop;
  readonly reactor: TornadoReactor;
}

/** Who is started. */
type Driver = "ioLoop" | "reactor";

/**
 * Registers the suite.
 *
 * @param options The runner and the world.
 */
export function compatibilityContract(
  { test, world }: { readonly test: TestFunction; readonly world: World },
): void {
  function check(text: string, body: (rig: Rig) => Promise<void>): void {
    test(`${text} (${world.name})`, () =>
      world.run(async (run) => {
        const logged: LogEvent[] = [];
        const ioLoop = new PollIOLoop(run.platform, { makeCurrent: false });
        const reactor = new TornadoReactor(ioLoop, {
          logObserver: (event) => void (event.level === "error" && logged.push(event)),
        });
        await body({ ...run, ioLoop, reactor });
        assertEquals(logged, []);
        ioLoop.close();
      }));
  }

  function twistedServer(driver: Driver): (rig: Rig) => Promise<void> {
    return async (rig) => {
      const factory = Factory.forProtocol(Shout);
      const port = rig.reactor.listenTCP(0, factory, { interface: HOST });
      const reply = await drive(rig, driver, () => tornadoFetch(rig, port.getHost().port));
      assertEquals(reply, "HELLO");
      assertEquals(rig.reactor.getReaders(), []); // The shutdown has disconnected the port.
    };
  }

  function tornadoServer(driver: Driver): (rig: Rig) => Promise<void> {
    return async (rig) => {
      const listener = tornadoListen(rig);
      const reply = await drive(rig, driver, () => twistedFetch(rig.reactor, portOf(listener)));
      assertEquals(reply, "HELLO");
      rig.ioLoop.removeHandler(listener);
      listener.close();
      await listener.released;
    };
  }

  check(
    "TW-08 A Twisted server serves a Tornado client under ioLoop.start()",
    twistedServer("ioLoop"),
  );
  check("TW-09 A Twisted server serves a Tornado client under run()", twistedServer("reactor"));
  check(
    "TW-10 A Tornado server serves a Twisted client under ioLoop.start()",
    tornadoServer("ioLoop"),
  );
  check("TW-11 A Tornado server serves a Twisted client under run()", tornadoServer("reactor"));

  check("TW-12 A Tornado coroutine awaits the Deferreds of a Twisted client", async (rig) => {
    const { ioLoop, reactor } = rig;
    const port = reactor.listenTCP(0, Factory.forProtocol(Shout), { interface: HOST });
    const replies = await ioLoop.runSync(async () => {
      const first = await twistedFetch(reactor, port.getHost().port);
      const second = await twistedFetch(reactor, port.getHost().port);
      return [first, second];
    });
    assertEquals(replies, ["HELLO", "HELLO"]);
    shutDownByHand(reactor);
  });

  check("TW-13 IOLoop.runSync() takes a Deferred that has fired", async ({ ioLoop }) => {
    const deferred = new Deferred<number>();
    deferred.callback(42);
    assertEquals(await ioLoop.runSync(() => deferred), 42);
  });

  check("TW-14 IOLoop.runSync() rejects with what a Deferred failed with", async ({ ioLoop }) => {
    const deferred = new Deferred<number>();
    deferred.errback(new URIError("on purpose"));
    await assertRejects(() => ioLoop.runSync(() => deferred), URIError, "on purpose");
  });

  check("TW-16 TornadoReactor disconnects everything before its loop is closed", async (rig) => {
    const { ioLoop, reactor, platform } = rig;
    const port = reactor.listenTCP(0, Factory.forProtocol(Protocol), { interface: HOST });
    const connected = new Deferred<void>();
    const factory = ClientFactory.forProtocol(
      class extends Protocol {
        override connectionMade(): void {
          connected.callback();
        }
      },
    );
    reactor.connectTCP(HOST, port.getHost().port, factory);
    await ioLoop.runSync(() => connected);
    shutDownByHand(reactor);
    ioLoop.close();
    assertEquals([platform.network.handles.size, platform.poller.size], [0, 0]);
  });
}

/** Runs a task to its end, by either entry point, and shuts the reactor down. */
async function drive(
  { ioLoop, reactor }: Rig,
  driver: Driver,
  task: () => PromiseLike<string>,
): Promise<string | undefined> {
  if (driver === "ioLoop") {
    const reply = await ioLoop.runSync(task);
    shutDownByHand(reactor);
    return reply;
  }
  let reply: string | undefined;
  reactor.callWhenRunning(() => {
    task().then((value) => {
      reply = value;
      reactor.stop();
    });
  });
  await reactor.run();
  return reply;
}

/** What a program does whose loop ends before the reactor. */
function shutDownByHand(reactor: TornadoReactor): void {
  reactor.fireSystemEvent("shutdown");
  reactor.disconnectAll();
}

/** Answers five letters in capitals, in however many pieces they come, and hangs up. */
class Shout extends Protocol {
  #text = "";

  override dataReceived(data: Uint8Array): void {
    this.#text += decoder.decode(data);
    if (this.#text.length < 5) return;
    this.transport.write(encoder.encode(this.#text.toUpperCase()));
    this.transport.loseConnection();
  }
}

/** Says hello and collects the answer. */
class Hello extends Protocol {
  readonly reply: Deferred<string>;
  #text = "";

  constructor(reply: Deferred<string>) {
    super();
    this.reply = reply;
  }

  override connectionMade(): void {
    this.transport.write(encoder.encode("hello"));
  }

  override dataReceived(data: Uint8Array): void {
    this.#text += decoder.decode(data);
  }

  override connectionLost(_reason: Failure): void {
    this.reply.callback(this.#text);
  }
}

class HelloFactory extends ClientFactory {
  readonly reply = new Deferred<string>();

  override buildProtocol(): Protocol {
    return new Hello(this.reply);
  }
}

function twistedFetch(reactor: TornadoReactor, port: number): Deferred<string> {
  const factory = new HelloFactory();
  reactor.connectTCP(HOST, port, factory);
  return factory.reply;
}

async function tornadoFetch({ ioLoop }: Rig, port: number): Promise<string> {
  const stream = new IOStream(null, ioLoop);
  await stream.connect({ transport: "tcp", hostname: HOST, port });
  await stream.write(encoder.encode("hello"));
  return decoder.decode(await stream.readUntilClose());
}

/** A server that answers in capitals and hangs up. */
function tornadoListen({ ioLoop, platform }: Rig): ListenerHandle {
  const listener = platform.network.listen(ANY_PORT);
  ioLoop.addHandler(listener, async () => {
    const handle = listener.accept();
    if (handle === undefined) return;
    const stream = new IOStream(handle, ioLoop);
    const request = decoder.decode(await stream.readBytes(5));
    await stream.write(encoder.encode(request.toUpperCase()));
    stream.close();
  }, READ);
  return listener;
}

function portOf(listener: ListenerHandle): number {
  const { localAddress } = listener;
  return localAddress.transport === "tcp" ? localAddress.port : 0;
}
