/**
 * Holds this package's tests against the behaviours that the originals' own tests assert: every id
 * of a finished family has a test or a written reason, and no test or reason names an id that does
 * not exist. `deno task conformance` prints the counts.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { FAMILIES, type Family } from "./conformance/families.ts";
import { REASONS } from "./conformance/reasons.ts";
import { idsInSource, testedIds } from "./conformance/tested_ids.ts";

const TESTED = await testedIds(new URL("./", import.meta.url));
const IDS = new Set(FAMILIES.flatMap((family) => idsOf(family)));

function idsOf(family: Family): string[] {
  return Array.from(
    { length: family.size },
    (_, index) => `${family.name}-${String(index + 1).padStart(2, "0")}`,
  );
}

/** The ids of a family that have neither a test nor a reason. */
function missingOf(ids: readonly string[]): string[] {
  return ids.filter((id) => !TESTED.has(id) && !Object.hasOwn(REASONS, id));
}

/** One line a family that is begun: tested, reasoned, missing. */
function counts(): string[] {
  return FAMILIES.map((family) => {
    const ids = idsOf(family);
    const tested = ids.filter((id) => TESTED.has(id)).length;
    const missing = missingOf(ids).length;
    const reasoned = ids.length - tested - missing;
    return { family, tested, reasoned, missing };
  }).filter(({ tested, reasoned }) => tested + reasoned > 0).map(
    ({ family, tested, reasoned, missing }) =>
      `${family.name.padEnd(7)} ${tested} tested, ${reasoned} reasoned, ${missing} missing`,
  );
}

if (import.meta.main) {
  console.log(counts().join("\n"));
} else {
  Deno.test("conformance: every id of a finished family has a test or a reason", () => {
    const missing = FAMILIES.flatMap((family) =>
      missingOf(idsOf(family).slice(0, family.finishedUpTo))
    );
    assertEquals(missing, []);
  });

  Deno.test("conformance: no test names an id that the spec does not have", () => {
    const known = (id: string) => IDS.has(id) || !FAMILIES.some((f) => id.startsWith(`${f.name}-`));
    assertEquals([...TESTED.keys()].filter((id) => !known(id)), []);
  });

  Deno.test("conformance: no reason is written for an id that has a test or does not exist", () => {
    assertEquals(Object.keys(REASONS).filter((id) => TESTED.has(id) || !IDS.has(id)), []);
  });

  Deno.test("conformance: ids are read from the beginning of a name, several at once", () => {
    const source = 'test("IO-32, IO-33 IOLoop.x() does y", f); test("no IO-34 here", f);';
    assertEquals(idsInSource(source), ["IO-32", "IO-33"]);
  });
}
