/**
 * Endpoints of sockets that were inherited: `AdoptedStreamServerEndpointTests` and
 * `SystemdEndpointPluginTests` of Twisted's suite.
 *
 * @module
 */

import { assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import type { StreamAddress } from "../../../poller/mod.ts";
import {
  AdoptedStreamServerEndpoint,
  AlreadyListened,
  CannotListenError,
  connectProtocol,
  EndpointStringError,
  MemoryPlatform,
  PollReactor,
  Protocol,
  type ReactorBase,
  ServerFactory,
  serverFromString,
  TCP4ClientEndpoint,
  type TCPPort,
} from "../../../reactor/mod.ts";
import { Simulation } from "../../../sim/mod.ts";
import { runGuarded } from "../../contract/tcp_contract.ts";
import { REACTORS } from "../reactors.ts";

interface Case {
  readonly reactor: ReactorBase;
  /** Has the program inherit a listener on a port; returns the number. */
  inherit(port: number, name?: string): number;
}

const factory = ServerFactory.forProtocol(Protocol);

function suite(name: string, body: (test: Case) => Promise<void>): void {
  for (const { label, make } of REACTORS) {
    Deno.test(`${name} (${label}, sim)`, async () => {
      const sim = new Simulation({ seed: 1 });
      const host = sim.host("host");
      const { reactor, close } = make(host, {});
      const inherit = (port: number, called?: string) => {
        const address: StreamAddress = { transport: "tcp", hostname: "0.0.0.0", port };
        return sim.hosts.bequeath("host", host.network.listen(address), called);
      };
      await sim.run(() => runGuarded(reactor, () => body({ reactor, inherit })));
      close();
    });
  }
}

/** Listens as a text says; returns the number of the port. */
async function portOf(reactor: ReactorBase, text: string): Promise<number> {
  const port = await serverFromString(reactor, text).listen(factory) as TCPPort;
  const { port: number } = port.getHost() as { port: number };
  await port.stopListening();
  return number;
}

suite("AdoptedStreamServerEndpoint listens on what was inherited, once", async (test) => {
  const { reactor } = test;
  const descriptor = test.inherit(80);
  const endpoint = new AdoptedStreamServerEndpoint(reactor, descriptor, "IPv4");
  assertEquals(`${endpoint}`, `<AdoptedStreamServerEndpoint descriptor ${descriptor}>`);
  const port = await endpoint.listen(factory);
  const client = await connectProtocol(
    new TCP4ClientEndpoint(reactor, "127.0.0.1", 80),
    new Protocol(),
  );
  const error = await assertRejects(() => endpoint.listen(factory).asPromise(), AlreadyListened);
  assertEquals(error.code, "ALREADY_LISTENED");
  assertEquals(error.message, `Cannot listen on descriptor ${descriptor}: its endpoint is used`);
  client.transport.abortConnection();
  await port.stopListening();
});

suite("AdoptedStreamServerEndpoint is used also by a listen() that fails", async ({ reactor }) => {
  const endpoint = new AdoptedStreamServerEndpoint(reactor, 4711, "IPv4");
  await assertRejects(() => endpoint.listen(factory).asPromise(), CannotListenError);
  await assertRejects(() => endpoint.listen(factory).asPromise(), AlreadyListened);
});

suite("serverFromString() finds what was inherited by its place and by its name", async (test) => {
  const { reactor, inherit } = test;
  inherit(80, "http");
  inherit(81, "admin");
  inherit(82, "more");
  inherit(83, "more");
  assertInstanceOf(
    serverFromString(reactor, "systemd:INET:0"),
    AdoptedStreamServerEndpoint,
  );
  assertEquals(await portOf(reactor, "systemd:domain=INET:index=1"), 81);
  // Places are those of the manager, also when some were taken over.
  assertEquals(await portOf(reactor, "systemd:INET:0"), 80);
  assertEquals(await portOf(reactor, "systemd:domain=INET:name=more"), 83);
});

suite("serverFromString() says what is wrong with systemd:", (test) => {
  const { reactor } = test;
  test.inherit(80);
  for (
    const [rest, problem] of [
      ["", "argument domain is missing"],
      ["domain=INET", "neither of index and name is given"],
      ["domain=INET:index=0:name=http", "both of index and name is given"],
      ["domain=X25:index=0", 'domain is "X25", not INET, INET6 or UNIX'],
      ["domain=toString:index=0", 'domain is "toString", not INET, INET6 or UNIX'],
      ["domain=INET:index=-1", 'index is "-1", not a number'],
      ["domain=INET:index=1", "descriptor 1 is not among the 1 inherited"],
      ["domain=INET:name=http", 'descriptor "http" is not among the 1 inherited'],
      ["domain=INET:index=0:mode=666", "argument mode is unknown"],
    ] as const
  ) {
    assertThrows(
      () => serverFromString(reactor, `systemd:${rest}`),
      EndpointStringError,
      problem,
    );
  }
  return Promise.resolve();
});

Deno.test("serverFromString() says that a platform cannot know what was inherited", () => {
  const reactor = new PollReactor(new MemoryPlatform());
  assertThrows(
    () => serverFromString(reactor, "systemd:domain=INET:index=0"),
    EndpointStringError,
    "reactor cannot know what was inherited",
  );
});
