/**
 * Scenarios in modules of their own, which the command and workers load.
 *
 * @module
 */

import type { SimScenario } from "../simulation.ts";
import type { ScenarioOptions } from "./explore_options.ts";
import { registeredScenarios } from "./sim_test_registry.ts";

/** A scenario of a module. */
export interface LoadedScenario {
  /** The scenario. */
  readonly scenario: SimScenario;
  /** What it is called: what its module says, else the export's name, else the file's. */
  readonly name: string;
  /** What the module's `options` say. */
  readonly options: ScenarioOptions;
}

/** A module has no such scenario, or cannot be loaded. */
export class ScenarioModuleError extends Error {
  /** The class's name. */
  override readonly name = "ScenarioModuleError";
  /** Tells this error from others in a `switch`. */
  readonly code = "SCENARIO_MODULE";
}

/**
 * Loads a scenario: a function that a module exports.
 *
 * `deposits.ts#lostUpdate` is the export with that name; `deposits.ts` is the default export or, if
 * there is none, the only function that the module exports. What the module exports as `options` is
 * taken for the scenario's {@linkcode ScenarioOptions}: what its worlds are like, and its name.
 * `deposits_test.ts#two%20deposits` may also be the name of a test that the module makes with
 * {@linkcode simTest}, whose options hold then.
 *
 * @param module The module, relative to the current folder or as a URL.
 * @returns The scenario.
 * @throws {ScenarioModuleError} If the module cannot be loaded or has no such scenario.
 */
export async function loadScenario(module: string | URL): Promise<LoadedScenario> {
  const url = locate(module);
  const wanted = decodeURIComponent(url.hash.slice(1));
  url.hash = "";
  let exports: Record<string, unknown>;
  try {
    exports = await import(url.href);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new ScenarioModuleError(`Cannot load a scenario: ${text.split("\n")[0]}`, { cause });
  }
  const test = registeredScenarios().get(wanted);
  if (test !== undefined && !(wanted in exports)) return { ...test, name: wanted };
  const name = pick(exports, wanted, url);
  const options = (exports["options"] ?? {}) as ScenarioOptions;
  return {
    scenario: exports[name] as SimScenario,
    name: options.name ?? (name === "default" ? stem(url) : name),
    options,
  };
}

function locate(module: string | URL): URL {
  if (typeof module !== "string" || /^[a-z][a-z0-9+.-]+:/i.test(module)) return new URL(module);
  const base = new URL(`file://${Deno.cwd()}/`);
  return new URL(module, base);
}

/** The name of the export that is meant. */
function pick(exports: Record<string, unknown>, wanted: string, url: URL): string {
  const functions = Object.keys(exports).filter((key) => typeof exports[key] === "function");
  const file = url.pathname.split("/").at(-1);
  const has = functions.length === 0
    ? "it exports no function"
    : `it exports the functions ${functions.join(", ")}`;
  if (wanted !== "") {
    if (functions.includes(wanted)) return wanted;
    throw new ScenarioModuleError(`Cannot load a scenario: ${file} has no ${wanted}, ${has}`);
  }
  if (functions.includes("default")) return "default";
  if (functions.length === 1) return functions[0] as string;
  const hint = functions.length === 0 ? "" : `; choose one: ${file}#${functions[0]}`;
  throw new ScenarioModuleError(
    `Cannot load a scenario: ${file} has no default export, ${has}${hint}`,
  );
}

/** The name of a file without its folder and endings. */
function stem(url: URL): string {
  return decodeURIComponent(url.pathname.split("/").at(-1) ?? "").replace(/\..*$/, "");
}
