/**
 * A map for entries that come and go for as long as a program runs.
 *
 * ## Why not a `Map`
 *
 * V8 moves the entries of a `Map` to a new table whenever insertions have used the old one up, also
 * if deletions keep the map small. The old table keeps its entries, and points to the new one for
 * the iterators' sake. Once a table has grown old enough for V8's old space, it therefore keeps
 * alive all that follow, with everything that was ever deleted from them, until the next full
 * collection; and each small collection copies that: with 64 lookups under way, four fifths of what
 * was allocated, in pauses of 15 to 70 ms. Entries that are moved to a new `Map` leave no such trail.
 *
 * @module
 */

/**
 * After so many deletions the map is renewed: by then its tables hold little, and to copy what it
 * holds costs nothing beside what the deletions did.
 */
const DELETIONS_MAX = 1024;

/**
 * A map that is made anew now and then; in everything else it is like a `Map`.
 *
 * An iterator ends with the map that it was made for: what is added after a renewal does not come
 * up in it. Copy what must see changes.
 *
 * @example Used like a Map
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RenewingMap } from "./renewing_map.ts";
 *
 * const map = new RenewingMap<string, number>();
 * map.set("a", 1).set("b", 2);
 * map.delete("a");
 * assertEquals([...map], [["b", 2]]);
 * ```
 *
 * @typeParam K The type of the keys.
 * @typeParam V The type of the values.
 */
export class RenewingMap<K, V> implements ReadonlyMap<K, V> {
  #map = new Map<K, V>();
  /** How many deletions there were since the map was made. */
  #deletions = 0;

  /** How many entries there are. */
  get size(): number {
    return this.#map.size;
  }

  /** Returns the value of a key, if it has one. */
  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  /** Tells whether a key has a value. */
  has(key: K): boolean {
    return this.#map.has(key);
  }

  /** Gives a key a value. */
  set(key: K, value: V): this {
    this.#map.set(key, value);
    return this;
  }

  /** Deletes a key; returns whether it was there. */
  delete(key: K): boolean {
    if (!this.#map.delete(key)) return false;
    if (++this.#deletions > DELETIONS_MAX && this.#deletions > this.#map.size) this.#renew();
    return true;
  }

  /** Deletes all keys. */
  clear(): void {
    this.#map = new Map();
    this.#deletions = 0;
  }

  /** Calls a function for each entry, in the order in which the keys were added. */
  forEach(fn: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    this.#map.forEach((value, key) => fn(value, key, this));
  }

  /** Yields the entries, in the order in which the keys were added. */
  entries(): MapIterator<[K, V]> {
    return this.#map.entries();
  }

  /** Yields the keys, in the order in which they were added. */
  keys(): MapIterator<K> {
    return this.#map.keys();
  }

  /** Yields the values, in the order in which the keys were added. */
  values(): MapIterator<V> {
    return this.#map.values();
  }

  /** Yields the entries, in the order in which the keys were added. */
  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.#map.entries();
  }

  #renew(): void {
    this.#map = new Map(this.#map);
    this.#deletions = 0;
  }
}
