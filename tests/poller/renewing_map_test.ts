import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { RenewingMap } from "../../poller/renewing_map.ts";

/** More deletions than any map is kept for. */
const MANY = 5000;

/** Sets and deletes one key after the other, so that the map is renewed. */
function churn(map: RenewingMap<number, string>): void {
  for (let i = 0; i < MANY; i++) {
    map.set(-1, "passing");
    assert(map.delete(-1));
  }
}

Deno.test("RenewingMap does what a Map does", () => {
  const key = fc.integer({ min: 0, max: 9 });
  const step = fc.record({ kind: fc.constantFrom("set", "delete", "churn", "clear"), key });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const map = new RenewingMap<number, string>();
      const model = new Map<number, string>();
      steps.forEach(({ kind, key }, i) => {
        if (kind === "set") {
          assertEquals(map.set(key, `${i}`), map);
          model.set(key, `${i}`);
        } else if (kind === "delete") assertEquals(map.delete(key), model.delete(key));
        else if (kind === "churn") churn(map);
        else {
          map.clear();
          model.clear();
        }
        assertEquals([map.size, map.has(key), map.get(key)], [
          model.size,
          model.has(key),
          model.get(key),
        ]);
        const all: [number, string][] = [];
        map.forEach((value, key) => all.push([key, value]));
        const entries = [...model];
        assertEquals([[...map], [...map.entries()], all], [entries, entries, entries]);
        assertEquals([[...map.keys()], [...map.values()]], [[...model.keys()], [
          ...model.values(),
        ]]);
      });
    }),
    { numRuns: 50 },
  );
});

Deno.test("RenewingMap goes over to a new Map after many deletions, and only then", () => {
  const map = new RenewingMap<number, string>().set(1, "one");
  const before = map.keys();
  churn(map);
  map.set(2, "two");
  assertEquals([...before], [1], "the old table must not lead to the new one");
  const after = map.keys();
  map.delete(1);
  map.set(3, "three");
  assertEquals([...after], [2, 3]);
});

Deno.test("RenewingMap is not renewed more often than its entries are deleted", () => {
  const map = new RenewingMap<number, string>();
  for (let i = 0; i < 2 * MANY; i++) map.set(i, "");
  const keys = map.keys();
  for (let i = 0; i < MANY; i++) map.delete(i);
  map.set(-2, "added");
  assertEquals([...keys].at(-1), -2, "to copy so many entries costs more than to keep the table");
});
