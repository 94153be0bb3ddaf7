/**
 * Where code is that does not end.
 *
 * Code that is broken off leaves no stack. The engine's profiler, though, has looked at the stack now
 * and then; its last looks tell where the code was.
 *
 * @module
 */

import inspector from "node:inspector";
import vm from "node:vm";

/** How often the profiler looks, in microseconds. */
const INTERVAL = 10_000;

/** How many of the last looks count: the last one of all may be at the end of the run. */
const LAST_LOOKS = 8;

/** A column behind every other: what begins last in a line counts. */
const END_OF_LINE = 100_000;

/** What is used of a profile, as V8 makes it. */
interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples?: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[];
}

/** Watches where the process spends its time. Needs `--allow-sys=inspector`. */
export class LineWatch {
  readonly #session = new inspector.Session();

  /**
   * Begins to watch, which takes some 5 ms.
   *
   * @throws {Deno.errors.NotCapable} If there is no permission.
   */
  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.setSamplingInterval", { interval: INTERVAL });
    this.#session.post("Profiler.start");
  }

  /**
   * Ends the watch.
   *
   * @returns A promise of the stack in which the process was for the last while, innermost first; outside of this
   * folder and of Deno.
   */
  async stop(): Promise<string[]> {
    const profile = await new Promise<Profile>((resolve) => {
      this.#session.post("Profiler.stop", (_error, result) => {
        resolve((result as { profile?: Profile } | undefined)?.profile ?? { nodes: [] });
      });
    });
    this.#session.disconnect();
    return stackOf(profile);
  }
}

/** The stack that the last looks have seen most often. */
function stackOf({ nodes, samples = [] }: Profile): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map<number, ProfileNode>();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const counts = new Map<ProfileNode, number>();
  let best: ProfileNode | null = null;
  const seen = samples.map((id) => ownerOf(byId.get(id), parents)).filter((node) => node !== null);
  for (const node of seen.slice(-LAST_LOOKS)) {
    counts.set(node, (counts.get(node) ?? 0) + 1);
    if (best === null || (counts.get(node) ?? 0) >= (counts.get(best) ?? 0)) best = node;
  }
  const stack: string[] = [];
  for (let node = best; node !== null; node = parents.get(node.id) ?? null) {
    if (isForeign(node)) stack.push(describe(node));
  }
  return stack;
}

/** The innermost function of the program under test in a stack. */
function ownerOf(
  node: ProfileNode | undefined,
  parents: ReadonlyMap<number, ProfileNode>,
): ProfileNode | null {
  let owner = node ?? null;
  while (owner !== null && !isForeign(owner)) owner = parents.get(owner.id) ?? null;
  return owner;
}

/** Whether a function belongs to the program under test. */
function isForeign({ callFrame: { url } }: ProfileNode): boolean {
  return /^(file|https?|data|blob):/.test(url) && !url.startsWith(OWN_FOLDER);
}

/** Writes a function, with the line where it spent most of its time or, failing that, begins. */
function describe({ callFrame, positionTicks = [] }: ProfileNode): string {
  const { line } = positionTicks.reduce(
    (most, tick) => tick.ticks > most.ticks ? tick : most,
    { line: callFrame.lineNumber + 1, ticks: 0 },
  );
  return `${callFrame.functionName || "(anonymous)"} (${placeOf(callFrame.url, line)})`;
}

/**
 * The profiler knows the lines of what TypeScript became. An error that is made in a script with the
 * name of the file is traced back to the original like any other.
 */
function placeOf(url: string, line: number): string {
  const script = new vm.Script("new Error()", {
    filename: url,
    lineOffset: line - 1,
    columnOffset: END_OF_LINE,
  });
  const { stack = "" } = script.runInThisContext() as Error;
  const mapped = /^:(\d+):/.exec(stack.slice(stack.indexOf(url) + url.length))?.[1];
  return `${url}:${mapped ?? line}`;
}

const OWN_FOLDER = new URL("../", import.meta.url).href;
