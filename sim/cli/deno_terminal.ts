/**
 * The terminal, the files and the modules of the process.
 *
 * @module
 */

import { exploreInWorkers } from "../explore/deno_jobs.ts";
import { loadScenario } from "../explore/deno_scenario_module.ts";
import { ProgressBar } from "./deno_progress_bar.ts";
import { UsageError } from "./errors.ts";
import { ProgressLines } from "./progress_view.ts";
import type { Terminal } from "./terminal.ts";

/** Makes the terminal of the process. */
export function denoTerminal(): Terminal {
  const tell = (text: string) => writeAll(Deno.stderr, text);
  let signal: AbortSignal | null = null;
  return {
    print: (text) => writeAll(Deno.stdout, text),
    tell,
    progress: Deno.stderr.isTerminal() ? new ProgressBar() : new ProgressLines(tell),
    interrupted: () => signal ??= onInterrupt(),
    read: (path) => path === "-" ? readInput() : attempt("read", path, Deno.readTextFileSync),
    has: (path) => exists(path),
    save: (path, text) => attempt("write", path, () => replaceFile(path, text)),
    load: loadScenario,
    exploreInWorkers,
  };
}

function writeAll(file: typeof Deno.stdout, text: string): void {
  const bytes = new TextEncoder().encode(`${text}\n`);
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

function onInterrupt(): AbortSignal {
  const abort = new AbortController();
  const listener = () => {
    abort.abort();
    // The next one ends the process at once.
    Deno.removeSignalListener("SIGINT", listener);
  };
  Deno.addSignalListener("SIGINT", listener);
  return abort.signal;
}

function attempt<T>(verb: string, path: string, action: (path: string) => T): T {
  try {
    return action(path);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message.replace(/,? ?\(os error \d+\).*/, "") : "";
    throw new UsageError(`Cannot ${verb} ${path}: ${text}`, { cause });
  }
}

function readInput(): string {
  const parts: Uint8Array[] = [];
  const buffer = new Uint8Array(65536);
  for (let n = Deno.stdin.readSync(buffer); n !== null; n = Deno.stdin.readSync(buffer)) {
    parts.push(buffer.slice(0, n));
  }
  const decoder = new TextDecoder();
  return parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** So that a file is never there in part, whenever the process ends. */
function replaceFile(path: string, text: string): void {
  const part = `${path}.part`;
  Deno.writeTextFileSync(part, text);
  Deno.renameSync(part, path);
}
