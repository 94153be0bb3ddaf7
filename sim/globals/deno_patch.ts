/**
 * One global and what takes its place.
 *
 * @module
 */

import { promisify } from "node:util";
import { type Ambient, ambient } from "./deno_ambient.ts";

/** What happens to a global in a run; see `Simulation.patched`. */
export interface PatchedGlobal {
  /** The global, as programs write it: `Date.now`, `node:timers setTimeout`. */
  readonly name: string;
  /** Whether it is answered by the simulation, or throws at the call site. */
  readonly action: "simulated" | "fenced";
  /** By what it is simulated, or what to use instead. */
  readonly note: string;
}

/** A global with what takes its place. What takes its place does the original's work outside of turns. */
export interface Patch extends PatchedGlobal {
  /** The object that has it as a property. */
  readonly target: object;
  /** The property. */
  readonly key: PropertyKey;
  /** The property before. */
  readonly descriptor: PropertyDescriptor;
  /** The value before. */
  readonly original: unknown;
  /** The value, or the getter, in a run. */
  replacement: unknown;
  /** Whether the replacement is a getter. */
  isGetter: boolean;
}

type AnyFunction = (...args: unknown[]) => unknown;
type AnyClass = new (...args: unknown[]) => object;

/**
 * Describes a property that is to be simulated, an object's own or an inherited one.
 *
 * @throws {TypeError} If the object has no such property.
 */
export function patchOf(object: object, key: PropertyKey, name: string, note: string): Patch {
  const target = ownerOf(object, key);
  if (target === null) throw new TypeError(`Cannot patch ${name}: there is none`);
  const descriptor = Object.getOwnPropertyDescriptor(target, key) as PropertyDescriptor;
  const original = "value" in descriptor || target === globalThis
    ? (target as Record<PropertyKey, unknown>)[key]
    : undefined;
  return {
    name,
    action: "simulated",
    note,
    target,
    key,
    descriptor,
    original,
    replacement: original,
    isGetter: false,
  };
}

/** The object on the prototype chain that has a property as its own. */
function ownerOf(object: object, key: PropertyKey): object | null {
  let owner: object | null = object;
  while (owner !== null && !Object.hasOwn(owner, key)) owner = Object.getPrototypeOf(owner);
  return owner;
}

/** Has a function answered by the simulation. */
export function applied(
  patch: Patch,
  simulate: (
    world: Ambient,
    self: unknown,
    args: readonly unknown[],
    original: AnyFunction,
  ) => unknown,
): Patch {
  const original = patch.original as AnyFunction;
  const replacement = function (this: unknown, ...args: unknown[]): unknown {
    return ambient === null ? original.apply(this, args) : simulate(ambient, this, args, original);
  };
  const own: Record<PropertyKey, PropertyDescriptor> = Object.getOwnPropertyDescriptors(original);
  // A promise of the original would be settled by the real timer.
  delete own[promisify.custom as symbol];
  patch.replacement = Object.defineProperties(replacement, own);
  return patch;
}

/** Has the making of an object answered by the simulation. */
export function constructed(
  patch: Patch,
  simulate: (world: Ambient, args: readonly unknown[], original: AnyClass) => object,
): Patch {
  const original = patch.original as AnyClass;
  patch.replacement = new Proxy(original, {
    construct: (target, args, newTarget) =>
      ambient === null
        ? Reflect.construct(target, args, newTarget)
        : simulate(ambient, args, original),
  });
  return patch;
}

/** Has a getter answered by the simulation. */
export function got(patch: Patch, simulate: (world: Ambient) => unknown): Patch {
  const original = patch.descriptor.get as () => unknown;
  patch.replacement = function (this: unknown): unknown {
    return ambient === null ? original.call(this) : simulate(ambient);
  };
  patch.isGetter = true;
  return patch;
}

/** Describes a property that must not be used in a turn; `null` if this Deno has none. */
export function fence(
  target: object,
  key: PropertyKey,
  name: string,
  instead: string,
): Patch | null {
  if (ownerOf(target, key) === null) return null;
  const patch = patchOf(target, key, name, instead);
  const original = (target as Record<PropertyKey, unknown>)[key];
  if (typeof original !== "function") return null;
  const check = () => {
    if (ambient !== null && !ambient.allows(name)) throw ambient.fenced(name, instead);
  };
  const replacement = new Proxy(original as AnyFunction, {
    apply: (called, self, args) => {
      check();
      return Reflect.apply(called, self, args);
    },
    construct: (called, args, newTarget) => {
      check();
      return Reflect.construct(called, args, newTarget);
    },
  });
  return { ...patch, action: "fenced", original, replacement };
}
