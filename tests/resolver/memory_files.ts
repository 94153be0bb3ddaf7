/** Files that exist in a test only. */

import type { TextFiles } from "../../resolver/mod.ts";

/** Texts by path; each `set` makes a new version. */
export class MemoryFiles implements TextFiles {
  /** How often each path was read. */
  readonly reads: string[] = [];
  readonly #texts = new Map<string, string>();
  #version = 0;

  constructor(texts: Record<string, string> = {}) {
    for (const [path, text] of Object.entries(texts)) this.#texts.set(path, text);
  }

  set(path: string, text: string): void {
    this.#texts.set(path, text);
    this.#version++;
  }

  read(path: string): string | null {
    this.reads.push(path);
    return this.#texts.get(path) ?? null;
  }

  version(path: string): string | null {
    return this.#texts.has(path) ? String(this.#version) : null;
  }
}

/** A clock that a test moves. */
export class TestClock {
  time = 0;

  now(): number {
    return this.time;
  }
}
