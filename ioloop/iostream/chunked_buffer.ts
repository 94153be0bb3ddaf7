/**
 * The bytes that a stream has received and nobody has read, or was given and has not sent.
 *
 * @module
 */

import { assert } from "../../poller/invariant.ts";
import type { DelimiterSearch } from "./delimiter_search.ts";

/** The first size of a chunk: what a connection costs that says little. */
const CHUNK_MIN = 4096;

/** A chunk that took so many separate commits is larger than the connection needs. */
const SMALL_COMMITS = 64;

/** Once so many chunks were consumed at the head of the list they are cut off. */
const CONSUMED_MAX = 32;

/** A piece of memory, filled from the front and consumed from the front. */
interface Chunk {
  readonly bytes: Uint8Array;
  /** The first byte that was not consumed. */
  start: number;
  /** The first byte that was not filled. */
  end: number;
}

/**
 * A queue of bytes in chunks.
 *
 * Memory is written once and never reused: what {@linkcode ChunkedBuffer.take} returns is, where
 * it lies in one chunk, a view that stays valid and belongs to the caller. So every byte is copied
 * at most once after it was received, and to consume a line costs the same however much waits
 * behind it.
 *
 * Chunks adapt: a quarter of the size after one that was filled in many small steps, four times
 * the size after one that was filled at once.
 */
export class ChunkedBuffer {
  readonly #chunkMax: number;
  #chunkSize: number;
  #chunks: Chunk[] = [];
  /** The index of the first chunk that is not consumed. */
  #head = 0;
  #length = 0;
  /** How many commits the last chunk took. */
  #commits = 0;
  /** What was reserved and not filled yet: most receives find nothing, and it serves the next. */
  #room: Uint8Array | null = null;

  /**
   * Makes an empty buffer.
   *
   * @param chunkMax The largest size of a chunk, in bytes, at least 1.
   */
  constructor(chunkMax: number) {
    this.#chunkMax = chunkMax;
    this.#chunkSize = Math.min(CHUNK_MIN, chunkMax);
  }

  /** How many bytes wait. */
  get length(): number {
    return this.#length;
  }

  /**
   * Returns room behind the last byte, to be filled from the front and then committed.
   *
   * @returns At least one byte of room, at most a chunk.
   */
  reserve(): Uint8Array {
    if (this.#room !== null) return this.#room;
    const tail = this.#tail();
    if (tail !== undefined && tail.bytes.length - tail.end > tail.bytes.length >> 3) {
      this.#room = tail.end === 0 ? tail.bytes : tail.bytes.subarray(tail.end);
    } else this.#room = this.#addChunk(this.#adaptedSize()).bytes;
    return this.#room;
  }

  /**
   * Adds what was written into the room that {@linkcode ChunkedBuffer.reserve} returned last.
   *
   * @param count How many bytes of it.
   */
  commit(count: number): void {
    const tail = this.#tail();
    assert(
      tail !== undefined && count <= tail.bytes.length - tail.end,
      "Cannot commit bytes: there is no room reserved for them",
    );
    tail.end += count;
    this.#room = null;
    this.#length += count;
    this.#commits++;
  }

  /**
   * Adds a copy of bytes at the end.
   *
   * @param bytes The bytes.
   */
  append(bytes: Uint8Array): void {
    this.#room = null;
    const tail = this.#tail();
    let fitting = 0;
    if (tail !== undefined) {
      fitting = Math.min(tail.bytes.length - tail.end, bytes.length);
      tail.bytes.set(fitting === bytes.length ? bytes : bytes.subarray(0, fitting), tail.end);
      tail.end += fitting;
      this.#length += fitting;
    }
    const rest = bytes.length - fitting;
    if (rest > 0) {
      const chunk = this.#addChunk(Math.max(rest, this.#adaptedSize()));
      chunk.bytes.set(fitting === 0 ? bytes : bytes.subarray(fitting));
      chunk.end = rest;
      this.#length += rest;
    }
    this.#commits++;
  }

  /**
   * Returns some of the first bytes, without consuming them.
   *
   * @returns A view of at least one byte; empty if none waits.
   */
  peek(): Uint8Array {
    return this.#length === 0 ? NO_BYTES : this.viewFrom(0);
  }

  /**
   * Returns bytes from a place on, without consuming them: as many as lie there in one piece.
   *
   * @param offset How many bytes stand before the place; less than the length.
   * @returns A view of at least one byte.
   */
  viewFrom(offset: number): Uint8Array {
    assert(offset < this.#length, "Cannot look at bytes: the place is behind the end");
    const [index, before] = this.#locate(offset);
    return viewOf(this.#chunks[index] as Chunk, offset - before);
  }

  /**
   * Searches from a place on, without consuming anything.
   *
   * @param search What to look for; it was fed what stands before the place.
   * @param offset How many bytes stand before the place.
   * @returns How many bytes there are up to the end of the first match; -1 if there is none.
   */
  search(search: DelimiterSearch, offset: number): number {
    if (offset >= this.#length) return -1;
    let [index, before] = this.#locate(offset);
    for (let start = offset - before; index < this.#chunks.length; index++, start = 0) {
      const chunk = this.#chunks[index] as Chunk;
      const found = search.feed(chunk.bytes, chunk.start + start, chunk.end);
      if (found !== -1) return before + found - chunk.start;
      before += sizeOf(chunk);
    }
    return -1;
  }

  /**
   * Takes the first bytes.
   *
   * @param count How many; at most the length.
   * @returns The bytes, the caller's to keep: a view of a chunk where they lie in one, a copy
   * otherwise.
   */
  take(count: number): Uint8Array {
    if (count === 0) return NO_BYTES;
    assert(count <= this.#length, "Cannot take bytes: there are not so many");
    const head = this.#chunks[this.#head] as Chunk;
    if (sizeOf(head) >= count) {
      const view = head.bytes.subarray(head.start, head.start + count);
      this.skip(count);
      return view;
    }
    const bytes = new Uint8Array(count);
    this.takeInto(bytes);
    return bytes;
  }

  /**
   * Copies the first bytes into a buffer of the caller, as many as there are and fit, and consumes
   * them.
   *
   * @param target Where they go.
   * @returns How many they were.
   */
  takeInto(target: Uint8Array): number {
    const count = Math.min(this.#length, target.length);
    let done = 0;
    while (done < count) {
      const view = viewOf(this.#chunks[this.#head] as Chunk, 0);
      const part = view.length <= count - done ? view : view.subarray(0, count - done);
      target.set(part, done);
      done += part.length;
      this.skip(part.length);
    }
    return count;
  }

  /**
   * Consumes the first bytes without returning them.
   *
   * @param count How many; at most the length.
   */
  skip(count: number): void {
    assert(count <= this.#length, "Cannot skip bytes: there are not so many");
    this.#length -= count;
    let left = count;
    while (left > 0) {
      const head = this.#chunks[this.#head] as Chunk;
      const size = sizeOf(head);
      head.start += Math.min(left, size);
      left -= Math.min(left, size);
      // The last chunk stays: it may have room.
      if (head.start === head.end && this.#head < this.#chunks.length - 1) this.#dropHead();
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#room = null;
    this.#chunks = [];
    this.#head = this.#length = this.#commits = 0;
  }

  #tail(): Chunk | undefined {
    return this.#chunks[this.#chunks.length - 1];
  }

  /** Finds the chunk of a place: its index, and how many bytes stand before it. */
  #locate(offset: number): readonly [index: number, before: number] {
    const chunks = this.#chunks;
    if (offset < sizeOf(chunks[this.#head] as Chunk)) return [this.#head, 0];
    // Searches go on where they ended, near the end.
    let index = chunks.length - 1;
    let before = this.#length - sizeOf(chunks[index] as Chunk);
    while (before > offset) before -= sizeOf(chunks[--index] as Chunk);
    return [index, before];
  }

  #addChunk(size: number): Chunk {
    const chunk = { bytes: new Uint8Array(size), start: 0, end: 0 };
    // Nothing waits: the last chunk, which stayed for its room, is of no more use.
    if (this.#length === 0) this.#chunks.length = this.#head = 0;
    this.#chunks.push(chunk);
    this.#commits = 0;
    return chunk;
  }

  #dropHead(): void {
    this.#chunks[this.#head++] = NO_CHUNK;
    if (this.#head < CONSUMED_MAX || this.#head * 2 < this.#chunks.length) return;
    this.#chunks.splice(0, this.#head);
    this.#head = 0;
  }

  #adaptedSize(): number {
    if (this.#tail() !== undefined) {
      if (this.#commits === 1) this.#chunkSize = Math.min(this.#chunkSize * 4, this.#chunkMax);
      else if (this.#commits > SMALL_COMMITS) {
        this.#chunkSize = Math.max(this.#chunkSize >> 2, Math.min(CHUNK_MIN, this.#chunkMax));
      }
    }
    return this.#chunkSize;
  }
}

/** What is returned where there is nothing: shared, since nobody can write into it. */
const NO_BYTES = new Uint8Array(0);

/** Stands where a consumed chunk stood, so that its memory is free. */
const NO_CHUNK: Chunk = { bytes: NO_BYTES, start: 0, end: 0 };

function sizeOf(chunk: Chunk): number {
  return chunk.end - chunk.start;
}

function viewOf(chunk: Chunk, offset: number): Uint8Array {
  return chunk.bytes.subarray(chunk.start + offset, chunk.end);
}
