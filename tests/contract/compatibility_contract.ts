/**
 * Programs that use both families at once, started from either side.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Answer, Handler, Response } from "../../examples/http/messages.ts";
import { fetchOnLoop } from "../../examples/http/tornado_client.ts";
import { HTTPServer } from "../../examples/http/tornado_server.ts";
import { fetchOnReactor } from "../../examples/http/twisted_client.ts";
import { HTTPFactory } from "../../examples/http/twisted_server.ts";
import { type IOLoop, PollIOLoop, TwistedIOLoop } from "../../ioloop/mod.ts";
import type { Platform } from "../../poller/mod.ts";
import {
  ClientFactory,
  Deferred,
  Factory,
  type LogEvent,
  PollReactor,
  Protocol,
  type ReactorBase,
  type ReactorOptions,
  TornadoReactor,
} from "../../reactor/mod.ts";
import type { TestFunction, World, WorldRun } from "./world.ts";

const HOST = "127.0.0.1";
const decoder = new TextDecoder();

/** A loop and a reactor of one tower. */
interface Tower {
  readonly ioLoop: IOLoop;
  readonly reactor: ReactorBase;
  /** The loops that are to be closed, the uppermost first. */
  readonly loops: readonly IOLoop[];
}

/** A tower in a world. */
type Rig = WorldRun & Tower;

/** Who is started. */
type Driver = "ioLoop" | "reactor";

/** A floor of a tower below the uppermost is not the current loop. */
const GUEST = { makeCurrent: false } as const;

/** How towers are built in which a loop and a reactor meet, by height and by which stands on top. */
const TOWERS: Readonly<
  Record<string, (platform: Platform, options: ReactorOptions) => Tower>
> = {
  "TornadoReactor(PollIOLoop)"(platform, options) {
    const ioLoop = new PollIOLoop(platform, GUEST);
    return { ioLoop, reactor: new TornadoReactor(ioLoop, options), loops: [ioLoop] };
  },
  "TwistedIOLoop(PollReactor)"(platform, options) {
    const reactor = new PollReactor(platform, options);
    const ioLoop = new TwistedIOLoop(reactor, GUEST);
    return { ioLoop, reactor, loops: [ioLoop] };
  },
  "TwistedIOLoop(TornadoReactor(PollIOLoop))"(platform, options) {
    const bottom = new PollIOLoop(platform, GUEST);
    const reactor = new TornadoReactor(bottom, options);
    const ioLoop = new TwistedIOLoop(reactor, GUEST);
    return { ioLoop, reactor, loops: [ioLoop, bottom] };
  },
  "TornadoReactor(TwistedIOLoop(TornadoReactor(PollIOLoop)))"(platform, options) {
    const bottom = new PollIOLoop(platform, GUEST);
    const ioLoop = new TwistedIOLoop(new TornadoReactor(bottom, options), GUEST);
    return { ioLoop, reactor: new TornadoReactor(ioLoop, options), loops: [ioLoop, bottom] };
  },
};

/**
 * Registers the suite.
 *
 * @param options The runner and the world.
 */
export function compatibilityContract(
  { test, world }: { readonly test: TestFunction; readonly world: World },
): void {
  function check(text: string, body: (rig: Rig) => Promise<void>): void {
    for (const [name, build] of Object.entries(TOWERS)) {
      test(`${text} [${name}, ${world.name}]`, () =>
        world.run(async (run) => {
          const logged: LogEvent[] = [];
          const tower = build(run.platform, {
            logObserver: (event) => void (event.level === "error" && logged.push(event)),
          });
          await body({ ...run, ...tower });
          assertEquals(logged, []);
          for (const loop of tower.loops) loop.close();
        }));
    }
  }

  function twistedServer(driver: Driver): (rig: Rig) => Promise<void> {
    return async (rig) => {
      const { ioLoop, reactor } = rig;
      const port = reactor.listenTCP(0, new HTTPFactory(shout), { interface: HOST });
      const url = `http://${HOST}:${port.getHost().port}/hello`;
      const reply = await drive(rig, driver, () => fetchOnLoop(ioLoop, url, POST));
      assertReply(reply);
      assertEquals(reactor.getReaders(), []); // The shutdown has disconnected the port.
    };
  }

  function tornadoServer(driver: Driver): (rig: Rig) => Promise<void> {
    return async (rig) => {
      const { ioLoop, reactor } = rig;
      const server = new HTTPServer(shout, { ioLoop });
      const [address] = server.listen(0, HOST);
      const url = `http://${HOST}:${address?.port}/hello`;
      const reply = await drive(rig, driver, () => fetchOnReactor(reactor, url, POST));
      assertReply(reply);
      server.stop();
    };
  }

  check(
    "TW-08 A Twisted HTTP server serves a Tornado client under ioLoop.start()",
    twistedServer("ioLoop"),
  );
  check(
    "TW-09 A Twisted HTTP server serves a Tornado client under reactor.run()",
    twistedServer("reactor"),
  );
  check(
    "TW-10 A Tornado HTTP server serves a Twisted client under ioLoop.start()",
    tornadoServer("ioLoop"),
  );
  check(
    "TW-11 A Tornado HTTP server serves a Twisted client under reactor.run()",
    tornadoServer("reactor"),
  );

  check("TW-12 A Tornado coroutine awaits the Deferreds of a Twisted client", async (rig) => {
    const { ioLoop, reactor } = rig;
    const server = new HTTPServer(shout, { ioLoop });
    const [address] = server.listen(0, HOST);
    const url = `http://${HOST}:${address?.port}/hello`;
    const replies = await ioLoop.runSync(async () => {
      const first = await fetchOnReactor(reactor, url, POST);
      const second = await fetchOnReactor(reactor, url, { method: "POST", body: "again" });
      return [first, second].map(({ body }) => decoder.decode(body));
    });
    assertEquals(replies, ["POST /hello HELLO", "POST /hello AGAIN"]);
    server.stop();
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

  check("TW-16 A reactor disconnects everything before its loop is closed", async (rig) => {
    const { ioLoop, reactor, platform, loops } = rig;
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
    for (const loop of loops) loop.close();
    assertEquals([platform.network.handles.size, platform.poller.size], [0, 0]);
  });
}

/** Runs a task to its end, by either entry point, and shuts the reactor down. */
async function drive(
  { ioLoop, reactor }: Rig,
  driver: Driver,
  task: () => PromiseLike<Response>,
): Promise<Response | undefined> {
  if (driver === "ioLoop") {
    const reply = await ioLoop.runSync(task);
    shutDownByHand(reactor);
    return reply;
  }
  let reply: Response | undefined;
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
function shutDownByHand(reactor: ReactorBase): void {
  reactor.fireSystemEvent("shutdown");
  reactor.disconnectAll();
}

const POST = { method: "POST", body: "hello" };

/** Says what it was asked for, and with what in capitals; a little later, as a coroutine would. */
const shout: Handler = async ({ method, target, body }): Promise<Answer> => {
  await Promise.resolve();
  return { status: 200, body: `${method} ${target} ${decoder.decode(body).toUpperCase()}` };
};

function assertReply(reply: Response | undefined): void {
  assert(reply !== undefined);
  assertEquals([reply.status, decoder.decode(reply.body)], [200, "POST /hello HELLO"]);
}
