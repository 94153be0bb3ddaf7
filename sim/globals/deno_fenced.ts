/**
 * The globals that throw at the call site while a simulation takes a turn, since what they do
 * happens outside of it.
 *
 * @module
 */

import process from "node:process";
import { fence, type Patch } from "./deno_patch.ts";

const NETWORK = "sim.host(name).network";
const SIGNALS = "sim.host(name).signals";
const FILES = "a file read before the run";
const SYNCHRONOUS = "the synchronous form, which is let through for fixtures";
const MACHINE = "nothing: it differs from run to run";
const CHILD = "a host of the simulation";

/** Members of an object that are fenced for one reason: `instead`, and their names. */
type Group = readonly [instead: string, keys: readonly string[]];

const GLOBALS: readonly Group[] = [
  [NETWORK, ["fetch", "WebSocket", "EventSource", "BroadcastChannel"]],
  [CHILD, ["Worker"]],
  ["an argument of the program", ["prompt", "alert", "confirm"]],
];

const READS = ["readFile", "readTextFile", "readDir", "readLink", "realPath", "stat", "lstat"];

const CHANGES = [
  "writeFile",
  "writeTextFile",
  "mkdir",
  "remove",
  "rename",
  "copyFile",
  "open",
  "create",
  "truncate",
  "symlink",
  "link",
  "chmod",
  "chown",
  "utime",
  "makeTempDir",
  "makeTempFile",
];

const DENO: readonly Group[] = [
  [NETWORK, [
    "connect",
    "listen",
    "connectTls",
    "listenTls",
    "startTls",
    "listenDatagram",
    "connectQuic",
    "serve",
    "serveHttp",
    "upgradeWebSocket",
    "createHttpClient",
  ]],
  ["a resolver on sim.host(name)", ["resolveDns"]],
  [SIGNALS, ["addSignalListener", "removeSignalListener", "kill"]],
  [CHILD, ["Command", "run", "spawn", "spawnAndWait", "spawnAndWaitSync"]],
  ["the end of the program's own main function", ["exit"]],
  ["setInterval", ["cron"]],
  [SYNCHRONOUS, READS],
  [FILES, [...CHANGES, ...CHANGES.map((key) => `${key}Sync`), "watchFs", "openKv"]],
  [MACHINE, [
    "cpuUsage",
    "memoryUsage",
    "systemMemoryInfo",
    "loadavg",
    "osUptime",
    "hostname",
    "networkInterfaces",
  ]],
];

/** Members of the default exports of `node:` modules; ES modules that import them by name escape. */
const NODE: Readonly<Record<string, readonly Group[]>> = {
  "node:net": [[NETWORK, ["connect", "createConnection", "createServer"]]],
  "node:tls": [[NETWORK, ["connect", "createServer"]]],
  "node:dgram": [[NETWORK, ["createSocket"]]],
  "node:http": [[NETWORK, ["request", "get", "createServer"]]],
  "node:https": [[NETWORK, ["request", "get", "createServer"]]],
  "node:dns": [["a resolver on sim.host(name)", ["lookup", "resolve", "resolve4", "resolve6"]]],
  "node:child_process": [[CHILD, ["spawn", "spawnSync", "exec", "execFile", "fork"]]],
  "node:worker_threads": [[CHILD, ["Worker"]]],
  "node:crypto": [[
    "crypto.getRandomValues",
    ["randomBytes", "randomFill", "randomFillSync", "randomInt", "randomUUID"],
  ]],
  "node:fs": [
    [SYNCHRONOUS, ["readFile", "readdir", "stat", "lstat", "readlink", "realpath"]],
    [FILES, ["writeFile", "writeFileSync", "mkdir", "mkdirSync", "rm", "rmSync", "unlink"]],
  ],
};

const SUBTLE = [
  "generateKey",
  "deriveBits",
  "deriveKey",
  "digest",
  "encrypt",
  "decrypt",
  "sign",
  "verify",
  "importKey",
  "exportKey",
  "wrapKey",
  "unwrapKey",
];

/** Returns the patches that fence. */
export function fencedGlobals(): Patch[] {
  const patches: (Patch | null)[] = [];
  const add = (target: object, prefix: string, groups: readonly Group[]) => {
    for (const [instead, keys] of groups) {
      for (const key of keys) patches.push(fence(target, key, `${prefix}${key}`, instead));
    }
  };
  add(globalThis, "", GLOBALS);
  add(Deno, "Deno.", DENO);
  for (const [name, groups] of Object.entries(NODE)) {
    const module = process.getBuiltinModule(name) as object | undefined;
    if (module !== undefined) add(module, `${name} `, groups);
  }
  add(Atomics, "Atomics.", [["sim.sleep", ["wait", "waitAsync"]]]);
  add(SubtleCrypto.prototype, "crypto.subtle.", [["node:crypto's synchronous functions", SUBTLE]]);
  add(process, "process.", [["the end of the program's own main function", ["exit", "abort"]]]);
  add(process, "process.", [[MACHINE, ["memoryUsage", "cpuUsage", "resourceUsage"]]]);
  return patches.filter((patch) => patch !== null);
}
