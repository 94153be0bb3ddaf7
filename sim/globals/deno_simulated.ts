/**
 * The globals that are simulated while a simulation takes a turn.
 *
 * @module
 */

import timersPromises from "node:timers/promises";
import timers from "node:timers";
import process from "node:process";
import { promisify } from "node:util";
import { type Ambient, ambient } from "./deno_ambient.ts";
import { simulateChannel } from "./deno_message_channel.ts";
import {
  clearSimulated,
  simulateAbort,
  simulateImmediate,
  simulateTicks,
  simulateTimer,
  simulateWait,
  toSeconds,
} from "./deno_timers.ts";
import { applied, constructed, got, type Patch, patchOf } from "./deno_patch.ts";

/** Returns the patches that simulate. */
export function simulatedGlobals(): Patch[] {
  return [
    ...timerPatches(),
    ...dateClassPatches(),
    ...clockPatches(),
    ...randomPatches(),
    ...memoryPatches(),
  ];
}

function timerPatches(): Patch[] {
  const patches: Patch[] = [];
  const start = (target: object, prefix: string) => {
    for (const kind of ["setTimeout", "setInterval"] as const) {
      const patch = patchOf(target, kind, `${prefix}${kind}`, "virtual time");
      patches.push(applied(patch, (world, _self, args) => simulateTimer(world, kind, args)));
      if (kind === "setTimeout") {
        const own = { value: waitFor, configurable: true };
        Object.defineProperty(patch.replacement, promisify.custom, own);
      }
    }
    patches.push(applied(
      patchOf(target, "setImmediate", `${prefix}setImmediate`, "a turn of its own"),
      (world, _self, args) => simulateImmediate(world, args),
    ));
    for (const key of ["clearTimeout", "clearInterval", "clearImmediate"]) {
      const patch = patchOf(target, key, `${prefix}${key}`, "virtual time");
      const original = patch.original as (timer: unknown) => void;
      // Timers of a simulation are cleared after its run, too.
      patch.replacement = (timer: unknown) => clearSimulated(timer) || original(timer);
      patches.push(patch);
    }
  };
  start(globalThis, "");
  start(timers, "node:timers ");
  patches.push(...promisedPatches());
  patches.push(applied(
    patchOf(AbortSignal, "timeout", "AbortSignal.timeout", "virtual time"),
    (world, _self, [delay]) => simulateAbort(world, delay),
  ));
  patches.push(applied(
    patchOf(process, "nextTick", "process.nextTick", "a microtask"),
    (_world, _self, [callback, ...args]) =>
      queueMicrotask(() => (callback as (...args: unknown[]) => void)(...args)),
  ));
  patches.push(constructed(
    patchOf(globalThis, "MessageChannel", "MessageChannel", "each message in a turn of its own"),
    (world) => simulateChannel(world),
  ));
  return patches;
}

/** What `util.promisify(setTimeout)` gives. */
function waitFor(
  milliseconds: unknown,
  value?: unknown,
  options?: { readonly signal?: AbortSignal },
): Promise<unknown> {
  if (ambient !== null) return simulateWait(ambient, toSeconds(milliseconds), value, options);
  return timersPromises.setTimeout(Number(milliseconds), value, options);
}

function promisedPatches(): Patch[] {
  const name = "node:timers/promises";
  const { scheduler } = timersPromises as unknown as { scheduler: object };
  return [
    applied(
      patchOf(timersPromises, "setTimeout", `${name} setTimeout`, "virtual time"),
      (world, _self, [delay, value, options]) =>
        simulateWait(world, toSeconds(delay), value, options as undefined),
    ),
    applied(
      patchOf(timersPromises, "setImmediate", `${name} setImmediate`, "a turn of its own"),
      (world, _self, [value, options]) => simulateWait(world, 0, value, options as undefined),
    ),
    applied(
      patchOf(timersPromises, "setInterval", `${name} setInterval`, "virtual time"),
      (world, _self, [delay, value, options]) =>
        simulateTicks(world, delay, value, options as undefined),
    ),
    applied(
      patchOf(scheduler, "wait", `${name} scheduler.wait`, "virtual time"),
      (world, _self, [delay, options]) =>
        simulateWait(world, toSeconds(delay), undefined, options as undefined),
    ),
    applied(
      patchOf(scheduler, "yield", `${name} scheduler.yield`, "a turn of its own"),
      (world) => simulateWait(world, 0, undefined),
    ),
  ];
}

function dateClassPatches(): Patch[] {
  const patch = patchOf(globalThis, "Date", "Date", "the host's wall clock");
  const original = patch.original as DateConstructor;
  patch.replacement = new Proxy(original, {
    construct: (target, args, newTarget) =>
      Reflect.construct(
        target,
        ambient !== null && args.length === 0 ? [ambient.wallMilliseconds()] : args,
        newTarget,
      ),
    apply: (target) =>
      ambient === null ? target() : new target(ambient.wallMilliseconds()).toString(),
  });
  return [
    patch,
    applied(
      patchOf(original, "now", "Date.now", "the host's wall clock"),
      (world) => world.wallMilliseconds(),
    ),
  ];
}

function clockPatches(): Patch[] {
  const monotonic = "the host's monotonic clock";
  const hrtimePatch = applied(
    patchOf(process, "hrtime", "process.hrtime", monotonic),
    (world, _self, [since]) => hrtime(world, since as [number, number] | undefined),
  );
  const patches = [
    applied(
      patchOf(Performance.prototype, "now", "performance.now", monotonic),
      (world) => world.monotonicMilliseconds(),
    ),
    got(
      patchOf(Performance.prototype, "timeOrigin", "performance.timeOrigin", "the run's begin"),
      (world) => world.originMilliseconds,
    ),
    applied(
      patchOf(Performance.prototype, "mark", "performance.mark", monotonic),
      (world, self, [name, options], original) =>
        original.call(self, name, {
          startTime: world.monotonicMilliseconds(),
          ...options as object,
        }),
    ),
    applied(
      patchOf(Performance.prototype, "measure", "performance.measure", monotonic),
      (world, self, [name, start, end], original) => {
        const named = typeof start === "object" ? start as object : { start, end };
        const given = Object.entries(named).filter(([, value]) => value !== undefined);
        const options: Record<string, unknown> = Object.fromEntries(given);
        if (!("end" in options || "duration" in options)) {
          options["end"] = world.monotonicMilliseconds();
        }
        if (!("start" in options || "duration" in options)) options["start"] = 0;
        return original.call(self, name, options);
      },
    ),
    hrtimePatch,
    applied(
      patchOf(hrtimePatch.replacement as object, "bigint", "process.hrtime.bigint", monotonic),
      (world) => BigInt(Math.round(world.monotonicMilliseconds() * 1e6)),
    ),
    applied(
      patchOf(process, "uptime", "process.uptime", monotonic),
      (world) => world.monotonicMilliseconds() / 1000,
    ),
  ];
  return [...patches, ...temporalPatches()];
}

function hrtime(world: Ambient, since: [number, number] = [0, 0]): [number, number] {
  const nanoseconds = Math.round(world.monotonicMilliseconds() * 1e6) -
    (since[0] * 1e9 + since[1]);
  const seconds = Math.floor(nanoseconds / 1e9);
  return [seconds, nanoseconds - seconds * 1e9];
}

/** What is used of Temporal, which not every Deno has. */
interface TemporalLike {
  readonly Now: object;
  readonly Instant: { fromEpochMilliseconds(milliseconds: number): InstantLike };
}

interface InstantLike {
  toZonedDateTimeISO(zone: unknown): Record<string, () => unknown>;
}

function temporalPatches(): Patch[] {
  const temporal = (globalThis as unknown as { Temporal?: TemporalLike }).Temporal;
  if (temporal === undefined) return [];
  const instant = (world: Ambient) =>
    temporal.Instant.fromEpochMilliseconds(world.wallMilliseconds());
  const now = (key: string, get: (world: Ambient, zone: unknown) => unknown) =>
    applied(
      patchOf(temporal.Now, key, `Temporal.Now.${key}`, "the host's wall clock, in UTC"),
      (world, _self, [zone]) => get(world, zone ?? "UTC"),
    );
  const zoned = (key: string, method: string) =>
    now(key, (world, zone) => instant(world).toZonedDateTimeISO(zone)[method]?.());
  return [
    now("instant", instant),
    now("timeZoneId", () => "UTC"),
    now("zonedDateTimeISO", (world, zone) => instant(world).toZonedDateTimeISO(zone)),
    zoned("plainDateTimeISO", "toPlainDateTime"),
    zoned("plainDateISO", "toPlainDate"),
    zoned("plainTimeISO", "toPlainTime"),
  ];
}

function randomPatches(): Patch[] {
  const seeded = "the host's seeded stream";
  return [
    applied(
      patchOf(Math, "random", "Math.random", seeded),
      (world) => world.random().next(),
    ),
    applied(
      patchOf(Crypto.prototype, "getRandomValues", "crypto.getRandomValues", seeded),
      (world, _self, [view]) => {
        const { buffer, byteOffset, byteLength } = view as ArrayBufferView<ArrayBuffer>;
        world.random().fill(new Uint8Array(buffer, byteOffset, byteLength));
        return view;
      },
    ),
    applied(
      patchOf(Crypto.prototype, "randomUUID", "crypto.randomUUID", seeded),
      (world) => randomUuid(world),
    ),
  ];
}

/** A random UUID: version 4, variant 1 (RFC 9562, 5.4). */
function randomUuid(world: Ambient): string {
  const bytes = new Uint8Array(16);
  world.random().fill(bytes);
  bytes[6] = (bytes[6] as number) & 0x0f | 0x40;
  bytes[8] = (bytes[8] as number) & 0x3f | 0x80;
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** When an object becomes garbage is nobody's to know: in a simulation none does. */
function memoryPatches(): Patch[] {
  const weak = patchOf(globalThis, "WeakRef", "WeakRef", "a strong reference");
  const registry = patchOf(
    globalThis,
    "FinalizationRegistry",
    "FinalizationRegistry",
    "its callback is never called",
  );
  return [
    constructed(weak, (_world, [target], original) => {
      const reference = Object.create(original.prototype as object);
      return Object.defineProperty(reference, "deref", { value: () => target });
    }),
    constructed(registry, (_world, _args, original) => new original(() => {})),
  ];
}
