import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  AF_INET,
  AF_INET6,
  type Answer,
  CHECK_SECONDS,
  DNSNotFoundError,
  DNSQueryUnsupportedError,
  DomainError,
  HostsResolver,
  parseHosts,
} from "../../resolver/mod.ts";
import { WatchedFile } from "../../resolver/text_files.ts";
import { MemoryFiles, TestClock } from "./memory_files.ts";

const TEXT = [
  "1.1.1.1    EXAMPLE EXAMPLE.EXAMPLETHING",
  "::2        mixed",
  "1.1.1.2    HOOJY",
  "1.1.1.3    MIXED # the second address",
  "::1        ip6thingy Ip6Alias",
  "1.1.1.4    example",
].join("\n");

const { value: TABLE } = parseHosts(TEXT);

function hostsResolver(text: string): HostsResolver {
  return new HostsResolver({
    files: new MemoryFiles({ "/etc/hosts": text }),
    clock: new TestClock(),
    report: ({ error }) => {
      throw error;
    },
    ttl: 4200,
  });
}

function dataOf(answer: Answer): unknown[] {
  return answer.answers.map(({ type, ttl, data }) => `${type} ${ttl} ${data}`);
}

Deno.test("HOSTS-01 HostsTable.addresses() finds the IPv4 address of a name", () => {
  assertEquals(TABLE.addresses("HOOJY", AF_INET), ["1.1.1.2"]);
});

Deno.test("HOSTS-02 HostsTable.addresses() is empty when the name is not in the file", () => {
  assertEquals(TABLE.addresses("BRUFF"), []);
});

Deno.test("HOSTS-03 HostsTable.addresses() puts the first line first", () => {
  assertEquals(TABLE.addresses("EXAMPLE")[0], "1.1.1.1");
});

Deno.test("HOSTS-04 HostsTable.addresses() finds aliases", () => {
  assertEquals(TABLE.addresses("example.examplething"), ["1.1.1.1"]);
});

Deno.test("HOSTS-05 HostsTable.addresses() finds all addresses, of either family or of one", () => {
  assertEquals(TABLE.addresses("mixed"), ["::2", "1.1.1.3"]);
  assertEquals(TABLE.addresses("mixed", AF_INET6), ["::2"]);
  assertEquals(TABLE.addresses("mixed", AF_INET), ["1.1.1.3"]);
});

Deno.test("parseHosts() counts an address that a name has twice once", () => {
  const { value } = parseHosts("10.0.0.1 a a\n10.0.0.1 A\n::0:1 a\n::1 a");
  assertEquals(value.addresses("a"), ["10.0.0.1", "::1"]);
});

Deno.test("HOSTS-06 HostsTable.addresses() compares names without regard to case", () => {
  assertEquals(TABLE.addresses("hoojY"), ["1.1.1.2"]);
  assertEquals(TABLE.addresses("IP6ALIAS."), ["::1"]);
});

Deno.test("HOSTS-07 HostsResolver.table is empty when the file cannot be read", () => {
  const hosts = new HostsResolver({
    files: { read: () => null, version: () => "1" },
    clock: new TestClock(),
    report: () => {},
  });
  assertEquals(hosts.table.addresses("EXAMPLE"), []);
});

Deno.test("HOSTS-08 parseHosts() skips malformed addresses and says which lines", () => {
  const { value, skipped } = parseHosts(
    "127.0.0.256 bad\n10.0.0.1 good\n1:2:3 bad\nfe80::1%lo0 zoned\n10.0.0.2\n\n# only words\n",
  );
  assertEquals(value.addresses("good"), ["10.0.0.1"]);
  assertEquals(value.addresses("bad"), []);
  assertEquals(skipped, [1, 3, 4, 5]);
});

Deno.test("HOSTS-09 HostsResolver reads /etc/hosts by default", () => {
  assertEquals(hostsResolver("").path, "/etc/hosts");
});

Deno.test("HOSTS-10 HostsResolver.getHostByName() fulfils with the address", async () => {
  assertEquals(await hostsResolver(TEXT).getHostByName("example"), "1.1.1.1");
});

Deno.test("HOSTS-11 HostsResolver.lookupAddress() brings A records", async () => {
  assertEquals(dataOf(await hostsResolver(TEXT).lookupAddress("example")), [
    "A 4200 1.1.1.1",
    "A 4200 1.1.1.4",
  ]);
});

Deno.test("HOSTS-12 HostsResolver.lookupIPV6Address() brings AAAA records", async () => {
  assertEquals(dataOf(await hostsResolver(TEXT).lookupIPV6Address("ip6thingy")), [
    "AAAA 4200 ::1",
  ]);
});

Deno.test("HOSTS-13 HostsResolver.lookupAllRecords() brings both families, unlike Twisted's", async () => {
  assertEquals(dataOf(await hostsResolver(TEXT).lookupAllRecords("mixed")), [
    "AAAA 4200 ::2",
    "A 4200 1.1.1.3",
  ]);
  assertEquals(await hostsResolver(TEXT).getHostByName("ip6thingy"), "::1");
});

Deno.test("HOSTS-14 HostsResolver rejects lookups of other types as unsupported", async () => {
  await assertRejects(() => hostsResolver(TEXT).lookupText("example"), DNSQueryUnsupportedError);
});

Deno.test("HOSTS-15 HostsResolver.query() dispatches A and AAAA", async () => {
  const hosts = hostsResolver(TEXT);
  assertEquals(dataOf(await hosts.query({ name: "mixed", type: "A" })), ["A 4200 1.1.1.3"]);
  assertEquals(dataOf(await hosts.query({ name: "mixed", type: "AAAA" })), ["AAAA 4200 ::2"]);
});

Deno.test("HOSTS-16 HostsResolver.lookupAddress() rejects with a DomainError when not found", async () => {
  const error = await assertRejects(() => hostsResolver(TEXT).lookupAddress("x"), DNSNotFoundError);
  assert(error instanceof DomainError);
});

Deno.test("HOSTS-17 HostsResolver.lookupIPV6Address() rejects with a DomainError when not found", async () => {
  await assertRejects(() => hostsResolver(TEXT).lookupIPV6Address("example"), DomainError);
});

Deno.test("HOSTS-18 HostsResolver.lookupAllRecords() rejects with a DomainError when not found", async () => {
  await assertRejects(() => hostsResolver(TEXT).lookupAllRecords("x"), DomainError);
});

Deno.test("HOSTS-19 HostsResolver.lookupAddress() brings valid entries only", async () => {
  const hosts = new HostsResolver({
    files: new MemoryFiles({ "/etc/hosts": "127.0.0.256 mixed\n127.0.0.1 mixed" }),
    clock: new TestClock(),
    report: () => {},
    ttl: 1,
  });
  assertEquals(dataOf(await hosts.lookupAddress("mixed")), ["A 1 127.0.0.1"]);
});

Deno.test("HOSTS-20 HostsResolver.lookupIPV6Address() brings valid entries only", async () => {
  const hosts = new HostsResolver({
    files: new MemoryFiles({ "/etc/hosts": "::z mixed\n::F mixed" }),
    clock: new TestClock(),
    report: () => {},
    ttl: 1,
  });
  assertEquals(dataOf(await hosts.lookupIPV6Address("mixed")), ["AAAA 1 ::f"]);
});

Deno.test("HostsResolver reads the file again when it changed, and looks no oftener than it says", () => {
  const files = new MemoryFiles({ "/etc/hosts": "10.0.0.1 a" });
  const clock = new TestClock();
  const hosts = new HostsResolver({ files, clock, report: () => {} });
  assertEquals(hosts.table.addresses("a"), ["10.0.0.1"]);
  files.set("/etc/hosts", "10.0.0.2 a");
  clock.time = CHECK_SECONDS - 0.001;
  assertEquals(hosts.table.addresses("a"), ["10.0.0.1"]);
  clock.time = CHECK_SECONDS;
  assertEquals(hosts.table.addresses("a"), ["10.0.0.2"]);
  const { table } = hosts;
  clock.time = 10 * CHECK_SECONDS;
  assertStrictEquals(hosts.table, table);
  assertEquals(files.reads.length, 2);
});

Deno.test("HostsResolver warns once about all garbage of a file, and again when it changed", () => {
  const files = new MemoryFiles({ "/etc/hosts": "garbage\n\0\xff\nmore garbage here" });
  const clock = new TestClock();
  const warnings: string[] = [];
  const hosts = new HostsResolver({
    files,
    clock,
    report: ({ message }) => void warnings.push(message),
  });
  for (; clock.time < 60; clock.time += 10) hosts.table;
  assertEquals(warnings, ["Skipped 3 of the lines of /etc/hosts, the first is line 1"]);
  files.set("/etc/hosts", "10.0.0.1 a\ngarbage");
  hosts.table;
  assertEquals(warnings[1], "Skipped 1 of the lines of /etc/hosts, the first is line 2");
});

Deno.test("WatchedFile looks for changes every 5 seconds at most", () => {
  const clock = new TestClock();
  let looks = 0;
  const files = { read: () => "text", version: () => `${looks++}` };
  const file = new WatchedFile("/file", (value) => ({ value, skipped: [] }), {
    files,
    clock,
    report() {},
  });
  for (const [time, expected] of [[0, 1], [4.9, 1], [5, 2], [9.9, 2], [100, 3]] as const) {
    clock.time = time;
    assertEquals([file.value, looks], ["text", expected]);
  }
});
