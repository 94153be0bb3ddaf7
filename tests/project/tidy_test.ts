/**
 * What a reviewer need not look for: sizes, names, the import graph, documents.
 *
 * @module
 */

import { assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);
const LIBRARY = ["poller", "reactor", "ioloop", "resolver", "sim"];
const ENTRY_POINTS = Object.values(
  JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT))).exports as Record<string, string>,
);

/** No file is longer than this; over 300 lines a file needs a reason, asked for in review. */
const FILE_LINES_MAX = 500;
/** A function fits a screen; those that are longer stand here until they are cut. */
const FUNCTION_LINES_MAX = 60;

/** Words that say nothing about what a file is for. */
const EMPTY_WORDS = /(^|_)(util|utils|helper|helpers|manager|processor|misc|common)(_|\.)/;

async function* walk(folder: URL): AsyncIterableIterator<URL> {
  for await (const entry of Deno.readDir(folder)) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const url = new URL(entry.isDirectory ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory) yield* walk(url);
    else yield url;
  }
}

async function files(pattern: RegExp, folders = [""]): Promise<{ path: string; text: string }[]> {
  const found = [];
  for (const folder of folders) {
    const base = new URL(folder === "" ? "./" : `${folder}/`, ROOT);
    for await (const url of walk(base)) {
      const path = url.pathname.slice(ROOT.pathname.length);
      if (pattern.test(path)) found.push({ path, text: await Deno.readTextFile(url) });
    }
  }
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}

interface ModuleGraph {
  modules: {
    specifier: string;
    dependencies?: { specifier: string; code?: { specifier?: string } }[];
  }[];
}

async function graph(entry: string): Promise<ModuleGraph> {
  const { stdout, success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL(entry, ROOT).pathname],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

const SOURCES = await files(/\.ts$/);
const LIBRARY_SOURCES = SOURCES.filter(({ path }) =>
  path === "mod.ts" || LIBRARY.some((layer) => path.startsWith(`${layer}/`))
);

Deno.test("tidy: no file is longer than the limit", () => {
  const long = SOURCES.filter(({ text }) => text.split("\n").length - 1 > FILE_LINES_MAX);
  assertEquals(long.map(({ path }) => path), []);
});

Deno.test("tidy: file names are snake_case and say something", () => {
  const bad = SOURCES.map(({ path }) => path).filter((path) => {
    const name = path.split("/").at(-1) as string;
    return !/^_?[a-z0-9]+(_[a-z0-9]+)*\.ts$/.test(name) || EMPTY_WORDS.test(name);
  });
  assertEquals(bad, []);
});

Deno.test("tidy: functions and methods of the library fit a screen", () => {
  const long: string[] = [];
  for (const { path, text } of LIBRARY_SOURCES) {
    if (path.endsWith("_bench.ts")) continue;
    const lines = text.split("\n");
    for (let start = 0; start < lines.length; start++) {
      const open =
        /^( {0,2})(export |async |static |override |abstract )*(function\b|[#\w[].*\).*\{$|constructor\b)/
          .exec(lines[start] as string);
      if (
        open === null || /^\s*(if|for|while|switch|return|}|const|let|type)\b/.test(lines[start]!)
      ) {
        continue;
      }
      const end = lines.indexOf(`${open[1]}}`, start);
      if (end - start > FUNCTION_LINES_MAX) long.push(`${path}:${start + 1}`);
    }
  }
  assertEquals(long, []);
});

Deno.test("tidy: a module that re-exports holds nothing else", () => {
  const bad = LIBRARY_SOURCES.filter(({ path }) => path.endsWith("mod.ts")).filter(({ text }) => {
    const code = text.replace(/\/\*\*[\s\S]*?\*\//g, "").replace(/export [^;]*;/g, "").trim();
    return code !== "";
  });
  assertEquals(bad.map(({ path }) => path), []);
});

Deno.test("tidy: every entry point opens with a module doc and an example", () => {
  const bad = LIBRARY_SOURCES.filter(({ path }) => ENTRY_POINTS.includes(`./${path}`))
    .filter(({ text }) => !/^\/\*\*[\s\S]*?@example[\s\S]*?@module/.test(text));
  assertEquals(bad.map(({ path }) => path), []);
});

Deno.test("tidy: the root does not bring the simulator along", async () => {
  const { modules } = await graph("mod.ts");
  const sim = modules.filter(({ specifier }) => specifier.startsWith(new URL("sim/", ROOT).href));
  assertEquals(sim.map(({ specifier }) => specifier), []);
});

Deno.test("tidy: at run time no module imports itself through others", async () => {
  const edges = new Map<string, string[]>();
  for (const entry of ENTRY_POINTS) {
    for (const { specifier, dependencies } of (await graph(entry)).modules) {
      const targets = (dependencies ?? []).flatMap(({ code }) => code?.specifier ?? []);
      edges.set(specifier, targets);
    }
  }
  assertEquals(findCycle(edges), []);
});

/** A cycle of the graph, as the modules on it; empty if there is none. */
function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  function visit(node: string): string[] {
    if (path.includes(node)) return path.slice(path.indexOf(node));
    if (done.has(node)) return [];
    path.push(node);
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(node);
    return [];
  }
  for (const node of edges.keys()) {
    const cycle = visit(node);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

Deno.test("tidy: no library file is dead: an entry point reaches each", async () => {
  const reached = new Set<string>();
  for (const entry of ENTRY_POINTS) {
    for (const { specifier } of (await graph(entry)).modules) reached.add(specifier);
  }
  // What threads begin with is named by its address, and by no import.
  for (const { path, text } of LIBRARY_SOURCES) {
    for (const [, file] of text.matchAll(/new URL\("(\.\/[\w/]+\.ts)", import\.meta\.url\)/g)) {
      if (file === undefined || !reached.has(new URL(path, ROOT).href)) continue;
      reached.add(new URL(file, new URL(path, ROOT)).href);
    }
  }
  const dead = LIBRARY_SOURCES.map(({ path }) => path)
    .filter((path) => !path.endsWith("_bench.ts") && !reached.has(new URL(path, ROOT).href));
  assertEquals(dead, []);
});

Deno.test("tidy: each document has one title", async () => {
  const bad = (await files(/\.md$/)).filter(({ text }) => {
    const prose = text.replace(/^```[\s\S]*?^```/gm, "");
    return (prose.match(/^# /gm) ?? []).length !== 1;
  });
  assertEquals(bad.map(({ path }) => path), []);
});

Deno.test("tidy: nothing is left to do by the code's own words", () => {
  const left = LIBRARY_SOURCES.filter(({ text }) => /\b(TODO|FIXME|XXX)\b/.test(text));
  assertEquals(left.map(({ path }) => path), []);
});
