import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type DescriptorReserve,
  NullDescriptorReserve,
  SharedDescriptorReserve,
} from "../../poller/descriptor_reserve.ts";
import { type ErrorReport, SocketError } from "../../poller/mod.ts";

/** Something to hold descriptors with, and what became of it. */
class Site {
  /** What was opened and closed, and what the test adds. */
  readonly log: string[] = [];
  readonly reports: ErrorReport[] = [];
  /** What the next attempt to open throws. */
  failure: Error | null = null;
  readonly reserve = new SharedDescriptorReserve(() => this.#open(), (report) => {
    this.reports.push(report);
  });

  #open() {
    if (this.failure !== null) throw this.failure;
    this.log.push("opened");
    return { close: () => void this.log.push("closed") };
  }
}

function exhausted(): SocketError {
  return new SocketError("EMFILE", "Cannot open: number of open files is at the limit");
}

Deno.test("TCP-71, TCP-80 both reserves are DescriptorReserves", () => {
  const reserves: DescriptorReserve[] = [new Site().reserve, new NullDescriptorReserve()];
  for (const reserve of reserves) {
    reserve.retain();
    reserve.reserve();
    reserve.lend()[Symbol.dispose]();
    reserve.release();
    assertEquals(reserve.available, false);
  }
});

Deno.test("TCP-72 DescriptorReserve.reserve() opens once", () => {
  const { reserve, log } = new Site();
  reserve.reserve();
  reserve.reserve();
  assertEquals(log, ["opened"]);
});

Deno.test("TCP-73 DescriptorReserve.reserve() reports EMFILE, once until one is held", () => {
  const site = new Site();
  const { reserve, reports } = site;
  const failure = site.failure = exhausted();
  reserve.reserve();
  reserve.reserve();
  assertEquals(reports, [{ message: "No descriptor is left to hold in reserve", error: failure }]);
  assertEquals(reserve.available, false);
  site.failure = null;
  reserve.retain();
  assertEquals(reserve.available, true);
  site.failure = failure;
  reserve.lend()[Symbol.dispose]();
  assertEquals(reports.length, 2);
});

Deno.test("TCP-74 DescriptorReserve.reserve() throws what is not EMFILE", () => {
  const site = new Site();
  for (const failure of [new RangeError("x"), new SocketError("EACCES", "Cannot open: x")]) {
    site.failure = failure;
    assertEquals(assertThrows(() => site.reserve.reserve()), failure);
  }
  assertEquals([site.reports, site.reserve.available], [[], false]);
});

Deno.test("TCP-75 DescriptorReserve.available tells whether a descriptor is held", () => {
  const { reserve } = new Site();
  assertEquals(reserve.available, false);
  reserve.reserve();
  assertEquals(reserve.available, true);
});

Deno.test("TCP-76 DescriptorReserve.lend() throws if none is held", () => {
  const { reserve } = new Site();
  const error = assertThrows(() => reserve.lend(), SocketError);
  assertEquals(error.code, "EBADF");
  reserve.retain();
  const loan = reserve.lend();
  assertThrows(() => reserve.lend(), SocketError);
  loan[Symbol.dispose]();
  reserve.lend();
});

Deno.test("TCP-77 DescriptorReserve.lend() frees the descriptor, and disposing holds one again", () => {
  const { reserve, log } = new Site();
  reserve.retain();
  {
    using loan = reserve.lend();
    log.push(`available: ${reserve.available}`);
    assert(loan !== null);
  }
  assertEquals(log, ["opened", "closed", "available: false", "opened"]);
  assertEquals(reserve.available, true);
});

Deno.test("TCP-78 DescriptorReserve.lend() holds one again after an exception", () => {
  const { reserve, log } = new Site();
  reserve.retain();
  const failure = assertThrows(() => {
    using _loan = reserve.lend();
    throw new RangeError("in the block");
  }, RangeError);
  assertEquals(failure.message, "in the block");
  assertEquals([log, reserve.available], [["opened", "closed", "opened"], true]);
});

Deno.test("TCP-79 DescriptorReserve.lend() reports that none is held again, and hides no exception", () => {
  const site = new Site();
  const { reserve, reports } = site;
  reserve.retain();
  const failure = new TypeError("cannot open");
  assertThrows(
    () => {
      using _loan = reserve.lend();
      site.failure = failure;
      throw new RangeError("in the block");
    },
    RangeError,
    "in the block",
  );
  assertEquals(reports.map(({ error }) => error), [failure]);
  assertEquals(reserve.available, false);
});

Deno.test("DescriptorReserve.release() frees the descriptor with the last who needs it", () => {
  const { reserve, log } = new Site();
  reserve.retain();
  reserve.retain();
  reserve.release();
  assertEquals([log, reserve.available], [["opened"], true]);
  reserve.release();
  assertEquals([log, reserve.available], [["opened", "closed"], false]);
});

Deno.test("DescriptorReserve.release() during a loan leaves nothing held, and a loan ends once", () => {
  const { reserve, log } = new Site();
  reserve.retain();
  const first = reserve.lend();
  first[Symbol.dispose]();
  const second = reserve.lend();
  first[Symbol.dispose]();
  assertEquals(reserve.available, false);
  reserve.release();
  second[Symbol.dispose]();
  assertEquals(log, ["opened", "closed", "opened", "closed"]);
  assertEquals(reserve.available, false);
});

Deno.test("DescriptorReserve holds nothing where nothing may be opened, and reports nothing", () => {
  const reports: ErrorReport[] = [];
  const reserve = new SharedDescriptorReserve(() => null, (report) => void reports.push(report));
  reserve.retain();
  assertEquals([reserve.available, reports], [false, []]);
  reserve.release();
});

Deno.test("TCP-81 NullDescriptorReserve.available is always false", () => {
  const reserve = new NullDescriptorReserve();
  reserve.retain();
  reserve.reserve();
  assertEquals(reserve.available, false);
});

Deno.test("TCP-82 NullDescriptorReserve.lend() is a loan of nothing", () => {
  const reserve = new NullDescriptorReserve();
  const done: string[] = [];
  {
    using _loan = reserve.lend();
    done.push("in the block");
  }
  assertEquals([done, reserve.available], [["in the block"], false]);
});
