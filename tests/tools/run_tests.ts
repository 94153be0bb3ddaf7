/**
 * Runs every test of the project, group by group, each with the permissions that it needs and no
 * more, and closes with one line `tests: N passed, N failed`.
 *
 * @module
 */

import { findStdSource } from "./std_source.ts";

/** Tests that run together with the same permissions. */
interface Group {
  readonly name: string;
  readonly args: readonly string[];
  /** Files and folders; those that do not exist are left out. */
  readonly paths: readonly string[];
}

const GROUPS: readonly Group[] = [
  {
    name: "simulated, without any permission",
    args: ["--no-prompt", "--parallel"],
    paths: [
      "tests/poller",
      "tests/sim",
      "tests/ioloop",
      "tests/reactor",
      "tests/resolver",
      "tests/examples",
    ],
  },
  {
    name: "real sockets",
    args: ["--allow-all", "--unstable-net"],
    paths: ["tests/native"],
  },
  {
    name: "real sockets beside simulated ones",
    args: ["--allow-all", "--unstable-net"],
    paths: ["tests/fidelity"],
  },
  {
    name: "real peers",
    args: ["--allow-all", "--unstable-net"],
    paths: ["tests/interop"],
  },
  {
    name: "the project itself",
    args: ["--allow-all"],
    paths: ["tests/project", "tests/conformance_test.ts"],
  },
  {
    name: "examples in README.md",
    args: ["--doc", "--no-prompt", "--allow-net=127.0.0.1"],
    paths: ["README.md"],
  },
  {
    name: "examples in doc comments",
    args: ["--doc", "--no-prompt", "--parallel"],
    paths: ["mod.ts", "poller", "reactor", "ioloop", "resolver", "sim"],
  },
];

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Runs a group; a run that ends badly without naming a failed test counts as one failure. */
async function runGroup(group: Group, stdArgs: readonly string[]): Promise<Counts> {
  const paths = group.paths.filter(exists);
  if (paths.length === 0) return { passed: 0, failed: 0 };
  console.log(`\n== ${group.name}`);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--quiet", "--reporter=dot", ...group.args, ...stdArgs, ...paths],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    await Deno.stdout.write(new TextEncoder().encode(chunk));
  }
  const { success } = await child.status;
  const passed = count(text, /(\d+) passed/);
  const failed = count(text, /(\d+) failed/);
  return { passed, failed: success ? failed : Math.max(failed, 1) };
}

/** The number in the last line that matches: the runner's summary. */
function count(text: string, pattern: RegExp): number {
  const summary = text.split("\n").findLast((line) => /^(ok|FAILED) \|/.test(line.trim()));
  return Number(summary?.match(pattern)?.[1] ?? 0);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

const source = await findStdSource();
console.log(source.note);
let passed = 0;
let failed = 0;
for (const group of GROUPS) {
  const counts = await runGroup(group, source.args);
  passed += counts.passed;
  failed += counts.failed;
}
console.log(`\ntests: ${passed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);
