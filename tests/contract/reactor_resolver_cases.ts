/**
 * The resolvers of a reactor.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  Deferred,
  DNSLookupError,
  fail,
  type IHostnameResolver,
  type IHostResolution,
  IPv4Address,
  IPv6Address,
  type IResolutionReceiver,
  type IResolverSimple,
  type ReactorBase,
  succeed,
  UserError,
} from "../../reactor/mod.ts";
import { NameResolver, type Resolver, SimpleResolverComplexifier } from "../../resolver/mod.ts";
import type { EndpointSuite } from "./endpoints_contract.ts";
import { RecordingClients } from "./tcp_recorders.ts";

/** What a resolution tells, as text. */
function logOf(
  names: IHostnameResolver,
  name: string,
  types: Parameters<IHostnameResolver["resolveHostName"]>[3] = null,
): Promise<string[]> {
  return new Promise((resolve) => {
    const log: string[] = [];
    names.resolveHostName(
      {
        resolutionBegan: (resolution) => log.push(`began ${resolution.name}`),
        addressResolved: (address) => log.push(`${address}`),
        resolutionComplete: () => {
          log.push("complete");
          resolve(log);
        },
      },
      name,
      80,
      types,
    );
  });
}

/** A resolver of one name. */
function knowing(name: string, address: string, log: string[] = []): IResolverSimple {
  return {
    getHostByName(asked, timeouts) {
      log.push(`asked ${asked}${timeouts === undefined ? "" : ` ${timeouts}`}`);
      return asked === name ? succeed(address) : fail(new DNSLookupError(`no ${asked}`));
    },
  };
}

/** Connects by a name, and tells what came of it. */
async function connect(reactor: ReactorBase, name: string, port: number): Promise<string> {
  const clients = new RecordingClients([], {});
  const connector = reactor.connectTCP(name, port, clients, { timeout: 10 });
  const made = clients.next().then(() => "connected");
  const failed = clients.end().then(({ value }) => (value as Error).name);
  const result = await Promise.race([made, failed]);
  if (result === "connected") {
    connector.disconnect();
    await failed;
  }
  return result;
}

/** Registers the cases. */
export function reactorResolverCases(suite: EndpointSuite): void {
  defaultCases(suite);
  installCases(suite);
  connectCases(suite);
}

function defaultCases(suite: EndpointSuite): void {
  suite("reactor.resolve() returns literals, and names as they are", async ({ reactor }) => {
    assertEquals(await reactor.resolve(""), "0.0.0.0");
    assertEquals(await reactor.resolve("10.0.0.1"), "10.0.0.1");
    assertEquals(await reactor.resolve("fe80::1%eth0"), "fe80::1%eth0");
    assertEquals(await reactor.resolve("a.test"), "a.test");
  });

  suite("reactor.nameResolver hands names on to the platform", async ({ reactor }) => {
    const four = "IPv4Address(type='TCP', host='1.2.3.4', port=80)";
    const { nameResolver } = reactor;
    assertEquals(await logOf(nameResolver, "1.2.3.4"), ["began 1.2.3.4", four, "complete"]);
    assertEquals(await logOf(nameResolver, "a.test"), [
      "began a.test",
      "HostnameAddress(hostname='a.test', port=80)",
      "complete",
    ]);
    assertEquals(await logOf(nameResolver, "::1", [IPv4Address]), ["began ::1", "complete"]);
    assertEquals(await logOf(nameResolver, "a.test", [IPv6Address]), ["began a.test", "complete"]);
  });

  suite("reactor.connectTCP() lets the platform resolve by default", async (test) => {
    const { port } = test.serve().port.getHost();
    assertEquals(await connect(test.reactor, "localhost", port), "connected");
  });
}

function installCases(suite: EndpointSuite): void {
  suite("reactor.installResolver() installs it adapted as the name resolver", async (test) => {
    const { reactor, log } = test;
    const previous = reactor.installResolver(knowing("a.test", "::7", log));
    assertEquals(await reactor.resolve("a.test", [1, 2]), "::7");
    assertEquals(log, ["asked a.test 1,2"]);
    assertEquals(await logOf(reactor.nameResolver, "a.test"), [
      "began a.test",
      "IPv6Address(type='TCP', host='::7', port=80)",
      "complete",
    ]);
    assertEquals(await logOf(reactor.nameResolver, "a.test", [IPv4Address]), [
      "began a.test",
      "complete",
    ]);
    assertEquals(await logOf(reactor.nameResolver, "b.test"), ["began b.test", "complete"]);
    await assertRejects(() => reactor.resolve("b.test").asPromise(), DNSLookupError);
    assertEquals(test.events, []);
    reactor.installResolver(previous);
    assertEquals(await reactor.resolve("b.test"), "b.test");
  });

  suite("reactor.installResolver() logs what is no failure of a lookup", async (test) => {
    const { reactor, events } = test;
    const error = new RangeError("broken");
    reactor.installResolver({
      getHostByName() {
        throw error;
      },
    });
    assertEquals(await logOf(reactor.nameResolver, "a.test"), ["began a.test", "complete"]);
    assertEquals(events, [
      { level: "error", message: "Exception in resolution of a.test", error, system: null },
    ]);
  });

  suite("reactor.installNameResolver() takes a resolver of resolver/", async (test) => {
    const { reactor } = test;
    const resolver: Resolver = {
      resolve: (host, port) =>
        host === "a.test"
          ? Promise.resolve([[2, ["10.1.1.1", port]], [10, ["::9", port]]])
          : Promise.resolve([]),
      close() {},
    };
    const options = { IPv4Address, IPv6Address, report: () => {} };
    const names = new NameResolver<IPv4Address | IPv6Address>(resolver, options);
    const previous = reactor.installNameResolver(names);
    assertStrictEquals(reactor.nameResolver, names);
    assertEquals(await reactor.resolve("a.test"), "10.1.1.1");
    await assertRejects(() => reactor.resolve("b.test").asPromise(), DNSLookupError);
    const simple = knowing("c.test", "10.1.1.3");
    const adapted = new SimpleResolverComplexifier<IPv4Address | IPv6Address>(simple, options);
    assertStrictEquals(reactor.installNameResolver(adapted), names);
    assertEquals(await reactor.resolve("c.test"), "10.1.1.3");
    reactor.installNameResolver(previous);
    assertEquals(await reactor.resolve("b.test"), "b.test");
  });

  suite("IHostResolution.cancel() ends a resolution", async (test) => {
    const { reactor, log } = test;
    const answer = new Deferred<string>(() => void log.push("lookup cancelled"));
    reactor.installResolver({ getHostByName: () => answer });
    const receiver: IResolutionReceiver = {
      resolutionBegan: () => log.push("began"),
      addressResolved: () => log.push("address"),
      resolutionComplete: () => log.push("complete"),
    };
    reactor.nameResolver.resolveHostName(receiver, "a.test").cancel();
    const resolved = reactor.resolve("a.test");
    resolved.addErrback(() => {});
    assertEquals(log, ["began", "lookup cancelled"]);
    await new Promise((resolve) => reactor.callLater(0, resolve, null));
    assertEquals(log, ["began", "lookup cancelled"]);
    assertEquals(test.events, []);
  });
}

function connectCases(suite: EndpointSuite): void {
  suite("reactor.connectTCP() asks the installed resolver, for names only", async (test) => {
    const { reactor, log } = test;
    const { port } = test.serve().port.getHost();
    log.length = 0;
    reactor.installResolver(knowing("a.test", "127.0.0.1", log));
    assertEquals(await connect(reactor, "a.test", port), "connected");
    assertEquals(await connect(reactor, "127.0.0.1", port), "connected");
    assertEquals(await connect(reactor, "b.test", port), "DNSLookupError");
    assertEquals(log, ["asked a.test", "asked b.test"]);
  });

  suite("reactor.connectTCP() fails as a lookup whatever the resolver says", async (test) => {
    const { reactor } = test;
    const cause = new Error("broken");
    reactor.installResolver({ getHostByName: () => Promise.reject(cause) });
    const clients = new RecordingClients([], {});
    reactor.connectTCP("a.test", 80, clients);
    const { value } = await clients.end();
    assertInstanceOf(value, DNSLookupError);
    assertStrictEquals(value.cause, cause);
  });

  suite("TCPConnector.stopConnecting() cancels the lookup", async (test) => {
    const { reactor, log } = test;
    const asked = Promise.withResolvers<void>();
    reactor.installNameResolver({
      resolveHostName(receiver, name) {
        const resolution: IHostResolution = { name, cancel: () => log.push("cancelled") };
        receiver.resolutionBegan(resolution);
        asked.resolve();
        return resolution;
      },
    });
    const clients = new RecordingClients([], {});
    const connector = reactor.connectTCP("a.test", 80, clients);
    await asked.promise;
    connector.stopConnecting();
    assertEquals(log, ["cancelled"]);
    const { value } = await clients.end();
    assert(value instanceof UserError);
    assertEquals(connector.state, "disconnected");
  });
}
