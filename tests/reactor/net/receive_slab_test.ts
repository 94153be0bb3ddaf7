import { assertEquals } from "@std/assert";
import { ReceiveSlab } from "../../../reactor/net/receive_slab.ts";

Deno.test("ReceiveSlab.own() returns copies that nothing overwrites", () => {
  const slab = new ReceiveSlab();
  const view = new Uint8Array(2_048);
  const kept: Uint8Array[] = [];
  // More than two slabs full of them, and some that are too long for one.
  for (let i = 0; i < 80; i++) kept.push(slab.own(view.fill(i)));
  for (let i = 80; i < 84; i++) kept.push(slab.own(new Uint8Array(70_000).fill(i)));
  view.fill(255);
  for (const [i, copy] of kept.entries()) {
    assertEquals(copy.every((byte) => byte === i), true, `copy ${i} was overwritten`);
    assertEquals(copy.length, i < 80 ? 2_048 : 70_000);
  }
});

Deno.test("ReceiveSlab.own() shares one array between small copies only", () => {
  const slab = new ReceiveSlab();
  const [a, b] = [slab.own(new Uint8Array(64)), slab.own(new Uint8Array(64))];
  assertEquals(a.buffer === b.buffer, true);
  assertEquals(slab.own(new Uint8Array(2_049)).buffer === a.buffer, false);
});
