import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  AnswerCache,
  CacheResolver,
  DNSNameError,
  DNSNotFoundError,
  DomainError,
  type IResolver,
  type ResourceRecord,
} from "../../resolver/mod.ts";
import { TestClock } from "./memory_files.ts";

const QUERY = { name: "example.test", type: "A" } as const;

function a(name: string, ttl: number, data = "10.0.0.1"): ResourceRecord {
  return { name, type: "A", ttl, data };
}

function cname(name: string, ttl: number, data: string): ResourceRecord {
  return { name, type: "CNAME", ttl, data };
}

function soa(name: string, ttl: number, minimum: number): ResourceRecord {
  const data = { mname: "", rname: "", serial: 1, refresh: 1, retry: 1, expire: 1, minimum };
  return { name, type: "SOA", ttl, data };
}

Deno.test("CACHE-01 CacheResolver provides IResolver", () => {
  const resolver: IResolver = new CacheResolver(new TestClock());
  assertEquals(typeof resolver.lookupNamingAuthorityPointer, "function");
});

Deno.test("CACHE-02 CacheResolver.lookupAddress() returns a remembered entry", async () => {
  const resolver = new CacheResolver(new TestClock(), [{
    query: QUERY,
    records: [a("example.test", 60)],
  }]);
  const { answers, source } = await resolver.lookupAddress("Example.TEST");
  assertEquals(answers, [a("example.test", 60)]);
  assertEquals(source, { kind: "cache" });
});

Deno.test("CACHE-03 CacheResolver lets entries of its constructor expire, also those learnt earlier", async () => {
  const clock = new TestClock();
  clock.time = 100;
  const seeds = [{ query: QUERY, records: [a("example.test", 60)], at: 50 }];
  const resolver = new CacheResolver(clock, seeds);
  assertEquals((await resolver.lookupAddress("example.test")).answers[0]?.ttl, 10);
  clock.time = 110;
  await assertRejects(() => resolver.lookupAddress("example.test"), DomainError);
});

Deno.test("CACHE-04 CacheResolver.lookupAddress() shows the TTL less the age on the given clock", async () => {
  const clock = new TestClock();
  const resolver = new CacheResolver(clock);
  resolver.cacheResult(QUERY, [a("example.test", 60)]);
  clock.time = 12.5;
  assertEquals((await resolver.lookupAddress("example.test")).answers, [a("example.test", 48)]);
});

Deno.test("CACHE-05 CacheResolver forgets a result after its smallest TTL", async () => {
  const clock = new TestClock();
  const resolver = new CacheResolver(clock);
  resolver.cacheResult(QUERY, [
    cname("example.test", 300, "b.test"),
    a("b.test", 50),
    a("b.test", 70, "10.0.0.2"),
  ]);
  clock.time = 49.9;
  assertEquals((await resolver.lookupAddress("example.test")).answers.length, 3);
  clock.time = 50;
  await assertRejects(() => resolver.lookupAddress("example.test"), DNSNotFoundError);
  assertEquals(resolver.cache.size, 0);
});

Deno.test("CACHE-06 CacheResolver rejects with a DomainError when an entry is expired but still there", async () => {
  const clock = new TestClock();
  const resolver = new CacheResolver(clock, [{ query: QUERY, records: [a("example.test", 60)] }]);
  clock.time = 61;
  assertEquals(resolver.cache.size, 1);
  await assertRejects(() => resolver.lookupAddress("example.test"), DomainError);
});

Deno.test("AnswerCache.storeMessage() keeps only the records on the question's chain", () => {
  const cache = new AnswerCache(new TestClock());
  cache.storeMessage(QUERY, {
    rcode: 0,
    answers: [
      a("bank.test", 9999, "6.6.6.6"),
      a("b.test", 60),
      cname("example.test", 60, "b.test"),
      cname("bank.test", 60, "evil.test"),
    ],
    authority: [a("example.test", 60, "6.6.6.6")],
  });
  assertEquals(cache.get(QUERY)?.answer.answers, [
    cname("example.test", 60, "b.test"),
    a("b.test", 60),
  ]);
  assertEquals(cache.get({ name: "bank.test", type: "A" }), null);
  assertEquals(cache.get({ name: "b.test", type: "A" }), null);
  assertEquals(cache.size, 1);
});

Deno.test("AnswerCache.storeMessage() remembers that a name does not exist for as long as the SOA says", async () => {
  const clock = new TestClock();
  const resolver = new CacheResolver(clock);
  const authority = [soa("test", 300, 30)];
  resolver.cache.storeMessage(QUERY, { rcode: 3, answers: [], authority });
  await assertRejects(() => resolver.query(QUERY), DNSNameError);
  clock.time = 30;
  await assertRejects(() => resolver.query(QUERY), DNSNotFoundError);
});

Deno.test("AnswerCache.storeMessage() remembers an empty answer, and its aliases", () => {
  const cache = new AnswerCache(new TestClock());
  const answers = [cname("example.test", 20, "b.other")];
  cache.storeMessage(QUERY, { rcode: 0, answers, authority: [soa("other", 300, 300)] });
  assertEquals(cache.get(QUERY)?.answer.answers, answers);
  assertEquals(cache.get(QUERY)?.isNameError, false);
});

Deno.test("AnswerCache.storeMessage() remembers no error, no TTL of 0, and no SOA of another zone", () => {
  const cache = new AnswerCache(new TestClock());
  cache.storeMessage(QUERY, { rcode: 2, answers: [a("example.test", 60)], authority: [] });
  cache.storeMessage(QUERY, { rcode: 0, answers: [a("example.test", 0)], authority: [] });
  cache.storeMessage(QUERY, { rcode: 3, answers: [], authority: [] });
  cache.storeMessage(QUERY, { rcode: 3, answers: [], authority: [soa("ample.test", 60, 60)] });
  assertEquals(cache.size, 0);
});

Deno.test("AnswerCache caps what it believes: a week, and three hours for what does not exist", () => {
  const clock = new TestClock();
  const cache = new AnswerCache(clock);
  const other = { name: "other.test", type: "A" } as const;
  cache.storeMessage(QUERY, { rcode: 0, answers: [a("example.test", 2 ** 31 - 1)], authority: [] });
  cache.storeMessage(other, { rcode: 3, answers: [], authority: [soa("", 1e6, 1e6)] });
  clock.time = 3 * 3600;
  assertEquals(cache.get(other), null);
  clock.time = 7 * 24 * 3600;
  assertEquals(cache.get(QUERY), null);
});

Deno.test("AnswerCache forgets what was not used for longest when it is full", () => {
  const cache = new AnswerCache(new TestClock(), { maxEntries: 2 });
  const query = (name: string) => ({ name, type: "A" } as const);
  cache.cacheResult(query("a.test"), [a("a.test", 60)]);
  cache.cacheResult(query("b.test"), [a("b.test", 60)]);
  cache.get(query("a.test"));
  cache.cacheResult(query("c.test"), [a("c.test", 60)]);
  assertEquals(cache.get(query("b.test")), null);
  assertEquals(cache.get(query("a.test"))?.answer.answers, [a("a.test", 60)]);
  cache.clearEntry(query("a.test"));
  assertEquals(cache.size, 1);
  assertThrows(() => new AnswerCache(new TestClock(), { maxEntries: -1 }), RangeError);
});

Deno.test("AnswerCache remembers no answer of more than 256 records", () => {
  const records = Array.from(
    { length: 257 },
    (_, i) => a("example.test", 60, `10.0.${i >> 8}.${i & 255}`),
  );
  for (const [count, isKnown] of [[256, true], [257, false]] as const) {
    const cache = new AnswerCache(new TestClock());
    cache.cacheResult(QUERY, records.slice(0, count));
    assertEquals(cache.get(QUERY) !== null, isKnown, `${count} records`);
  }
});
