import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  type Answer,
  DNSFormatError,
  DNSNameError,
  DNSNotFoundError,
  DNSNotImplementedError,
  DNSQueryRefusedError,
  DNSQueryTimeoutError,
  DNSQueryUnsupportedError,
  DNSServerError,
  DNSUnknownError,
  DomainError,
  exceptionForCode,
  type IResolver,
  type Query,
  ResolverBase,
  ResolverChain,
} from "../../resolver/mod.ts";

const EMPTY: Answer = { answers: [], authority: [], additional: [], source: { kind: "cache" } };

class Recorder extends ResolverBase {
  readonly queries: Query[] = [];

  override lookup(query: Query): Promise<Answer> {
    this.queries.push(query);
    return Promise.resolve(EMPTY);
  }
}

function failing(error: unknown, log: string[], name: string): IResolver {
  return new class extends ResolverBase {
    override lookup(): Promise<Answer> {
      log.push(name);
      return Promise.reject(error);
    }
  }();
}

Deno.test("NCOM-01 exceptionForCode() returns DNSFormatError for 1", () => {
  assertStrictEquals(exceptionForCode(1), DNSFormatError);
});

Deno.test("NCOM-02 exceptionForCode() returns DNSServerError for 2", () => {
  assertStrictEquals(exceptionForCode(2), DNSServerError);
});

Deno.test("NCOM-03 exceptionForCode() returns DNSNameError for 3", () => {
  assertStrictEquals(exceptionForCode(3), DNSNameError);
});

Deno.test("NCOM-04 exceptionForCode() returns DNSNotImplementedError for 4", () => {
  assertStrictEquals(exceptionForCode(4), DNSNotImplementedError);
});

Deno.test("NCOM-05 exceptionForCode() returns DNSQueryRefusedError for 5", () => {
  assertStrictEquals(new Recorder().exceptionForCode(5), DNSQueryRefusedError);
});

Deno.test("NCOM-06 exceptionForCode() returns DNSUnknownError for any other code", () => {
  for (let code = 6; code < 64; code++) assertStrictEquals(exceptionForCode(code), DNSUnknownError);
  assertEquals(new DNSUnknownError("x", { rcode: 9 }).code, "NOTAUTH");
  assertEquals(new DNSUnknownError("x", { rcode: 11 }).code, "UNKNOWN_RCODE");
});

Deno.test("NCOM-07 ResolverBase provides IResolver", () => {
  const resolver: IResolver = new Recorder();
  assertEquals(typeof resolver.query, "function");
});

Deno.test("NCOM-08 ResolverBase.query() calls the method of the question's type", async () => {
  const calls: string[] = [];
  class Typed extends Recorder {
    override lookupAddress(name: string): Promise<Answer> {
      calls.push(name);
      return Promise.resolve(EMPTY);
    }
  }
  const resolver = new Typed();
  await resolver.query({ name: "example.test", type: "A" });
  await resolver.query({ name: "example.test", type: "MX" });
  assertEquals(calls, ["example.test"]);
  assertEquals(resolver.queries, [{ name: "example.test", type: "MX" }]);
});

Deno.test("NCOM-09 ResolverBase.query() returns the result of that method", async () => {
  assertStrictEquals(await new Recorder().query({ name: "example.test", type: "A" }), EMPTY);
});

Deno.test("NCOM-10 ResolverBase.query() rejects as unsupported when there is no method", async () => {
  const query = { name: "example.test", type: "OPT" } as const;
  await assertRejects(() => new Recorder().query(query), DNSQueryUnsupportedError);
});

Deno.test("CHAIN-01 ResolverChain without resolvers rejects with a DomainError", async () => {
  await assertRejects(() => new ResolverChain([]).lookupAddress("x"), DomainError);
});

Deno.test("CHAIN-02 ResolverChain without resolvers rejects a lookup of all records as well", async () => {
  await assertRejects(() => new ResolverChain([]).lookupAllRecords("x"), DomainError);
});

Deno.test("ResolverChain goes on after errors that leave the question open", async () => {
  const log: string[] = [];
  const chain = new ResolverChain([
    failing(new DNSNotFoundError("x"), log, "hosts"),
    failing(new DNSQueryTimeoutError("x"), log, "silent"),
    failing(new DNSQueryUnsupportedError("x"), log, "other"),
    failing(new DNSServerError("x"), log, "broken"),
    new Recorder(),
  ]);
  assertStrictEquals(await chain.lookupAddress("a.test"), EMPTY);
  assertEquals(log, ["hosts", "silent", "other", "broken"]);
});

Deno.test("ResolverChain stops at an authoritative error and at errors that are none of its own", async () => {
  const log: string[] = [];
  const absent = new DNSNameError("x");
  const chain = new ResolverChain([failing(absent, log, "a"), failing(absent, log, "b")]);
  assertStrictEquals(await assertRejects(() => chain.lookupAddress("a.test")), absent);
  const bug = new TypeError("bug");
  const buggy = new ResolverChain([failing(bug, log, "c"), failing(absent, log, "d")]);
  assertStrictEquals(await assertRejects(() => buggy.lookupAddress("a.test")), bug);
  assertEquals(log, ["a", "c"]);
});

Deno.test("ResolverBase.getHostByName() rejects with no data when both families are empty", async () => {
  const error = await assertRejects(() => new Recorder().getHostByName("a.test"));
  assert(error instanceof Error && (error as { code?: unknown }).code === "NODATA");
});
