/**
 * The text of endpoints: `ParserTests`, `ServerStringTests` and `ClientStringTests` of Twisted's
 * suite.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  ClientFactory,
  clientFromString,
  EndpointDescription,
  EndpointStringError,
  Factory,
  HostnameEndpoint,
  type HostnameReactor,
  type IReactorTCP,
  MemoryReactor,
  PollReactor,
  quoteStringArgument,
  serverFromString,
  StandardIOEndpoint,
  TCP4ClientEndpoint,
  TCP4ServerEndpoint,
  TCP6ServerEndpoint,
} from "../../../reactor/mod.ts";
import { Simulation } from "../../../sim/mod.ts";

/** A reactor that never runs. */
function idle(): PollReactor {
  return new PollReactor(new Simulation({ seed: 1 }).host("host"));
}

/** What is read of a description with the arguments `a`, `b` and `c`. */
function read(text: string): (string | undefined)[] {
  const description = new EndpointDescription(text).name("a", "b", "c");
  return [description.type, ...["a", "b", "c"].map((name) => description.get(name))];
}

function assertBad(parse: (text: string) => unknown, ...texts: string[]): void {
  for (const text of texts) {
    const error = assertThrows(() => parse(text), EndpointStringError);
    assertEquals((error as EndpointStringError).description, text);
    assertEquals((error as EndpointStringError).code, "BAD_ENDPOINT_STRING");
  }
}

Deno.test("ParserTests: arguments stand in order, or have names", () => {
  assertEquals(read("tcp"), ["tcp", undefined, undefined, undefined]);
  assertEquals(read("TCP:1:2:3"), ["tcp", "1", "2", "3"]);
  assertEquals(read("x:b=2:1:c="), ["x", "1", "2", ""]);
  assertEquals(read("x::2"), ["x", "", "2", undefined]);
});

Deno.test("ParserTests: a backslash takes the meaning of what follows", () => {
  assertEquals(read("x:a\\:b:c\\\\d:b\\=1"), ["x", "a:b", "c\\d", "b=1"]);
  assertEquals(read("x:a=\\:\\::b=c=d=e"), ["x", "::", "c=d=e", undefined]);
});

Deno.test("ParserTests: what cannot be read is an EndpointStringError", () => {
  assertBad((text) => new EndpointDescription(text), "", ":80", "a=b", "x:a=1:a=2", "x:\\");
  assertBad(read, "x:1:2:3:4", "x:d=1", "x:a=1:2:3:4");
});

Deno.test("quoteStringArgument() writes what is read back", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (first, second) => {
    const text = `x:a=${quoteStringArgument(first)}:b=${quoteStringArgument(second)}`;
    assertEquals(read(text), ["x", first, second, undefined]);
  }));
});

Deno.test("ServerStringTests: tcp and tcp6 hand their arguments on", async () => {
  const given: unknown[] = [];
  const reactor = {
    listenTCP: (port: number, _factory: Factory, options: unknown) =>
      void given.push(port, options),
  } as unknown as PollReactor;
  const listen = async (text: string, EndpointType: typeof TCP4ServerEndpoint) => {
    const endpoint = serverFromString(reactor, text);
    assert(endpoint instanceof EndpointType);
    await endpoint.listen(new Factory());
    return given.splice(0);
  };
  assertEquals(await listen("tcp:0", TCP4ServerEndpoint), [0, {}]);
  const full = "tcp:1234:backlog=12:interface=10.0.0.1";
  assertEquals(await listen(full, TCP4ServerEndpoint), [1234, {
    backlog: 12,
    interface: "10.0.0.1",
  }]);
  const ordered = "TCP:port=80:10.0.0.1:5";
  assertEquals(await listen(ordered, TCP4ServerEndpoint), [80, {
    backlog: 5,
    interface: "10.0.0.1",
  }]);
  assertEquals(await listen("tcp6:80", TCP6ServerEndpoint), [80, { interface: "::" }]);
  const six = "tcp6:80:12:interface=\\:\\:1";
  assertEquals(await listen(six, TCP6ServerEndpoint), [80, { backlog: 12, interface: "::1" }]);
});

Deno.test("ClientStringTests: tcp hands its arguments on", async () => {
  const base = idle();
  const given: unknown[] = [];
  const reactor = {
    nameResolver: base.nameResolver,
    connectTCP(...[host, port, , options]: Parameters<HostnameReactor["connectTCP"]>) {
      given.push(host, port, options);
      throw new Error("enough");
    },
  } as unknown as HostnameReactor;
  const connect = async (text: string) => {
    const endpoint = clientFromString(reactor, text);
    assert(endpoint instanceof HostnameEndpoint);
    await endpoint.connect(new Factory()).addErrback(() => {});
    return given.splice(0);
  };
  assertEquals(await connect("tcp:10.0.0.1:80"), ["10.0.0.1", 80, {}]);
  assertEquals(await connect("tcp:host=a.test:port=80"), ["a.test", 80, {}]);
  assertEquals(await connect("tcp:80:host=a.test"), ["a.test", 80, {}]);
  assertEquals(await connect("tcp:\\:\\:1:80:timeout=1.5"), ["::1", 80, { timeout: 1.5 }]);
  assertEquals(
    await connect("tcp:a:80:bindAddress=10.0.0.2:bindPort=7:timeout=3"),
    ["a", 80, { timeout: 3, bindAddress: { host: "10.0.0.2", port: 7 } }],
  );
});

Deno.test("ServerStringTests, ClientStringTests: bad descriptions are EndpointStringErrors", () => {
  const reactor = idle();
  assertBad(
    (text) => serverFromString(reactor, text),
    "ftl:80",
    "tcp",
    "tcp:",
    "tcp:http",
    "tcp:-1",
    "tcp:65536",
    "tcp:1.5",
    "tcp:1e3",
    "tcp:80:backlog=0",
    "tcp:80:backlog=many",
    "tcp:80:a:5:6",
    "tcp:80:colour=red",
    "tcp:80:port=81:interface=::1",
    "constructor:80",
  );
  assertBad(
    (text) => clientFromString(reactor, text),
    "ftl:a:80",
    "tcp",
    "tcp:a",
    "tcp::80",
    "tcp:a:0",
    "tcp:a:http",
    "tcp:a:80:timeout=soon",
    "tcp:a:80:timeout=-1",
    "tcp:a:80:timeout=",
    "tcp:a:80:bindPort=7",
    "tcp:a:80:bindAddress=b:bindPort=x",
    "tcp:::1:80",
  );
});

Deno.test("ServerStringTests, ClientStringTests: parsers add types", () => {
  const reactor = idle();
  const client = new TCP4ClientEndpoint(reactor, "10.0.0.1", 1);
  const made = clientFromString(reactor, "Fake:one:two=2", {
    fake(given, description) {
      assertStrictEquals(given, reactor);
      description.name("one", "two");
      assertEquals([description.require("one"), description.getInteger("two")], ["one", 2]);
      return client;
    },
  });
  assertStrictEquals(made, client);
  const server = new TCP4ServerEndpoint(reactor, 1);
  assertStrictEquals(serverFromString(reactor, "tcp:no port", { tcp: () => server }), server);
  assertBad((text) => clientFromString(reactor, text, { fake: () => client }), "faker:1");
});

Deno.test("StandardIOEndpointPluginTests: stdio: takes no arguments, and a reactor with descriptors", () => {
  for (const text of ["stdio:", "stdio", "STDIO:"]) {
    assert(serverFromString(idle(), text) instanceof StandardIOEndpoint);
    assert(serverFromString(new MemoryReactor(), text) instanceof StandardIOEndpoint);
  }
  assertBad(
    (text) => serverFromString(idle(), text),
    "stdio:1",
    "stdio:a=1",
    "stdio::",
    "stdio:=a",
  );
  const tcpOnly: IReactorTCP = {
    listenTCP: () => new MemoryReactor().listenTCP(1, new Factory()),
    connectTCP: () => new MemoryReactor().connectTCP("127.0.0.1", 1, new ClientFactory()),
  };
  assertBad((text) => serverFromString(tcpOnly, text), "stdio:");
});
