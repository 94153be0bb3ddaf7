import { assertEquals } from "@std/assert";
import { ChildCounts, kindOf } from "../../sim/child_counts.ts";
import { Lane } from "../../sim/due_lanes.ts";
import { VirtualTime } from "../../sim/virtual_time.ts";

function ignore(): void {}

/** The name of the last event that an event causes. */
function lastName(does: (time: VirtualTime) => void): number {
  const time = new VirtualTime();
  time.enter(77);
  does(time);
  time.now = 10;
  let name = 0;
  while (time.countDue() > 0) {
    name = time.dueName(0);
    time.fire(0);
  }
  return name;
}

Deno.test("VirtualTime names an event the same when one for another purpose or host comes before it", () => {
  const sleep = { host: "", at: 2, origin: undefined };
  const name = lastName((time) => time.scheduleWake(sleep, ignore));
  const other = lastName((time) => {
    time.scheduleTurn(1, ignore);
    time.schedule(1, ignore, new Lane("a"));
    time.scheduleWake(sleep, ignore);
  });
  assertEquals(other, name);
  const second = lastName((time) => {
    time.scheduleWake({ ...sleep, at: 1 }, ignore);
    time.scheduleWake(sleep, ignore);
  });
  assertEquals(second === name, false);
});

Deno.test("ChildCounts never gives two children of an event the same number", () => {
  const counts = new ChildCounts();
  for (let round = 0; round < 2; round++) {
    const numbers = new Set<number>();
    for (let i = 0; i < 2000; i++) numbers.add(counts.next(kindOf(`kind ${i % 100}`)));
    assertEquals(numbers.size, 2000);
    counts.clear();
  }
});

Deno.test("ChildCounts begins anew for each event", () => {
  const counts = new ChildCounts();
  const first = [counts.next(1), counts.next(2), counts.next(1)];
  counts.clear();
  assertEquals([counts.next(1), counts.next(2), counts.next(1)], first);
});
