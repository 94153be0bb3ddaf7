import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { IPv4Address, IPv6Address } from "../../reactor/net/address.ts";
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  ComplexResolverSimplifier,
  DNSLookupError,
  DNSNameError,
  type HostnameResolver,
  NameResolver,
  PluggableResolver,
  type ResolvedAddress,
  type Resolver,
  type SimpleResolver,
  SimpleResolverComplexifier,
  type TransportSemantics,
} from "../../resolver/mod.ts";
import { withServers } from "./resolver_world.ts";

type Address = IPv4Address | IPv6Address;

/** A resolver that answers as told and notes what it was asked. */
function scripted(answer: () => Promise<ResolvedAddress[]>): Resolver & { asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    resolve(host, port, family) {
      asked.push([host, port, family]);
      return answer();
    },
    close() {},
  };
}

const FOUR = () => Promise.resolve<ResolvedAddress[]>([[AF_INET, ["10.0.0.1", 80]]]);

function optionsFor(reports: unknown[] = []) {
  return {
    IPv4Address: IPv4Address as new (
      type: TransportSemantics,
      host: string,
      port: number,
    ) => Address,
    IPv6Address: IPv6Address as new (
      type: TransportSemantics,
      host: string,
      port: number,
    ) => Address,
    report: ({ error }: { error: unknown }) => void reports.push(error),
  };
}

/** Resolves and returns the log of the receiver. */
function logOf(
  names: HostnameResolver<Address>,
  host: string,
  port?: number,
  types?: Parameters<HostnameResolver<Address>["resolveHostName"]>[3],
  semantics?: TransportSemantics,
): Promise<string[]> {
  const log: string[] = [];
  return new Promise((resolve) => {
    names.resolveHostName(
      {
        resolutionBegan: ({ name }) => void log.push(`began ${name}`),
        addressResolved: (address) => void log.push(`${address}`),
        resolutionComplete: () => {
          log.push("complete");
          // What comes after the end would be seen as well.
          Promise.resolve().then(() => resolve(log));
        },
      },
      host,
      port,
      types,
      semantics,
    );
    assertEquals(log, [`began ${host}`], "resolutionBegan is called at once, and nothing else");
  });
}

Deno.test("RES-02 NameResolver tells began, one address, complete, in order", async () => {
  const names = new NameResolver(scripted(FOUR), optionsFor());
  assertEquals(await logOf(names, "a.test", 80), [
    "began a.test",
    `${new IPv4Address("TCP", "10.0.0.1", 80)}`,
    "complete",
  ]);
});

Deno.test("RES-03 NameResolver makes IPv6 addresses", async () => {
  const resolver = scripted(() => Promise.resolve([[AF_INET6, ["fd00::1", 80]]]));
  assertEquals(
    (await logOf(new NameResolver(resolver, optionsFor()), "a.test"))[1],
    [
      `${new IPv6Address("TCP", "fd00::1", 80)}`,
    ][0],
  );
});

Deno.test("RES-04 NameResolver tells of no address when a lookup fails, and reports nothing", async () => {
  const reports: unknown[] = [];
  const resolver = scripted(() => Promise.reject(new DNSNameError("no")));
  const names = new NameResolver(resolver, optionsFor(reports));
  assertEquals(await logOf(names, "a.test"), ["began a.test", "complete"]);
  assertEquals(reports, []);
});

Deno.test("RES-05, RES-06, RES-07 NameResolver asks for the families of the classes wanted", async () => {
  const resolver = scripted(FOUR);
  const options = optionsFor();
  const names = new NameResolver(resolver, options);
  const { IPv4Address: four, IPv6Address: six } = options;
  for (const types of [[four], [six], [four, six], null]) await logOf(names, "a", 1, types);
  assertEquals(resolver.asked, [
    ["a", 1, AF_INET],
    ["a", 1, AF_INET6],
    ["a", 1, AF_UNSPEC],
    ["a", 1, AF_UNSPEC],
  ]);
});

Deno.test("RES-08, RES-09 NameResolver makes addresses of the transport asked for", async () => {
  const names = new NameResolver(scripted(FOUR), optionsFor());
  for (const type of ["TCP", "UDP"] as const) {
    const log = await logOf(names, "a", 80, null, type);
    assertEquals(log[1], `${new IPv4Address(type, "10.0.0.1", 80)}`);
  }
});

Deno.test("RES-10 SimpleResolverComplexifier tells of the simple resolver's address", async () => {
  const simple: SimpleResolver = { getHostByName: () => Promise.resolve("fd00::7") };
  const names = new SimpleResolverComplexifier(simple, optionsFor());
  assertEquals(await logOf(names, "a"), [
    "began a",
    `${new IPv6Address("TCP", "fd00::7", 0)}`,
    "complete",
  ]);
});

Deno.test("RES-11 SimpleResolverComplexifier makes a failed lookup an empty resolution", async () => {
  const reports: unknown[] = [];
  const simple = { getHostByName: () => Promise.reject(new DNSNameError("no")) };
  const names = new SimpleResolverComplexifier(simple, optionsFor(reports));
  assertEquals(await logOf(names, "a"), ["began a", "complete"]);
  assertEquals(reports, []);
});

Deno.test("RES-12 SimpleResolverComplexifier makes any other error an empty resolution and reports it", async () => {
  const reports: unknown[] = [];
  const bug = new TypeError("bug");
  const names = new SimpleResolverComplexifier(
    { getHostByName: () => Promise.reject(bug) },
    optionsFor(reports),
  );
  assertEquals(await logOf(names, "a"), ["began a", "complete"]);
  assertEquals(reports, [bug]);
});

Deno.test("RES-13 ComplexResolverSimplifier returns the first address, or rejects", async () => {
  const many = scripted(() =>
    Promise.resolve([[AF_INET, ["10.0.0.1", 0]], [AF_INET, ["10.0.0.2", 0]]])
  );
  const simple = new ComplexResolverSimplifier(new NameResolver<Address>(many, optionsFor()));
  assertEquals(await simple.getHostByName("a"), "10.0.0.1");
  const none = scripted(() => Promise.resolve([]));
  const empty = new ComplexResolverSimplifier(new NameResolver<Address>(none, optionsFor()));
  await assertRejects(() => empty.getHostByName("a"), DNSLookupError);
});

Deno.test("RES-14 SimpleResolverComplexifier keeps the port in the addresses", async () => {
  const simple = { getHostByName: () => Promise.resolve("10.0.0.9") };
  const log = await logOf(new SimpleResolverComplexifier(simple, optionsFor()), "a", 4321);
  assertEquals(log[1], `${new IPv4Address("TCP", "10.0.0.9", 4321)}`);
});

Deno.test("RES-15 PluggableResolver takes resolvers of both kinds", () => {
  const plug = new PluggableResolver<Address>(optionsFor());
  const both: [(r: SimpleResolver) => SimpleResolver, unknown] = [
    (resolver) => plug.installResolver(resolver),
    plug.nameResolver,
  ];
  assertEquals(typeof (both[1] as HostnameResolver<Address>).resolveHostName, "function");
});

Deno.test("RES-16 PluggableResolver.installResolver() wraps it into a name resolver and returns the old one", async () => {
  const plug = new PluggableResolver<Address>(optionsFor());
  const first: SimpleResolver = { getHostByName: () => Promise.resolve("10.0.0.1") };
  const second: SimpleResolver = { getHostByName: () => Promise.resolve("10.0.0.2") };
  plug.installResolver(first);
  assertStrictEquals(plug.installResolver(second), first);
  assertEquals(
    (await logOf(plug.nameResolver, "a"))[1],
    `${new IPv4Address("TCP", "10.0.0.2", 0)}`,
  );
  assertEquals(await plug.resolve("a"), "10.0.0.2");
});

Deno.test("PluggableResolver.installNameResolver() adapts it for resolve() and returns the old one", async () => {
  const plug = new PluggableResolver<Address>(optionsFor());
  const old = plug.nameResolver;
  assertStrictEquals(
    plug.installNameResolver(new NameResolver<Address>(scripted(FOUR), optionsFor())),
    old,
  );
  assertEquals(await plug.resolve("a"), "10.0.0.1");
  assertEquals(await plug.resolve("10.3.3.3"), "10.3.3.3");
  assertEquals(await plug.resolve(""), "0.0.0.0");
});

Deno.test("RES-17 PluggableResolver begins with the system's resolver", async () => {
  const plug = new PluggableResolver<Address>(optionsFor());
  assert(plug.nameResolver instanceof NameResolver);
  assertEquals(await logOf(plug.nameResolver, "127.0.0.1", 5), [
    "began 127.0.0.1",
    `${new IPv4Address("TCP", "127.0.0.1", 5)}`,
    "complete",
  ]);
});

Deno.test("NameResolver calls a receiver no more after cancel(), however late the answer", () =>
  withServers(async ({ sim, stub }) => {
    const log: string[] = [];
    const names = new NameResolver(stub(), optionsFor());
    const resolution = names.resolveHostName({
      resolutionBegan: () => void log.push("began"),
      addressResolved: () => void log.push("address"),
      resolutionComplete: () => void log.push("complete"),
    }, "a.test");
    resolution.cancel();
    await sim.sleep(5);
    assertEquals(log, ["began"]);
  }, { servers: [{ decide: () => "delay" }] }));

Deno.test("NameResolver reports what a receiver throws, and completes", async () => {
  const reports: unknown[] = [];
  const names = new NameResolver(scripted(FOUR), optionsFor(reports));
  const bug = new Error("receiver");
  await new Promise<void>((resolve) => {
    names.resolveHostName({
      resolutionBegan() {},
      addressResolved() {
        throw bug;
      },
      resolutionComplete: resolve,
    }, "a.test");
  });
  assertEquals(reports, [bug]);
});
