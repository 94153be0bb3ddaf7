/**
 * Finds out where `@std/*` comes from: JSR (or its cache) where it answers, else the stand-ins of
 * `tests/std/`.
 *
 * @module
 */

/** How long JSR may take to answer before the stand-ins are used. */
const PROBE_TIMEOUT_MS = 20_000;

/** The import map that puts the stand-ins in place. */
const STAND_INS = "tests/std/import_map.json";

/** Where `@std/*` comes from, and the arguments of `deno` that say so. */
export interface StdSource {
  /** One line for people. */
  readonly note: string;
  /** To be put behind the subcommand. */
  readonly args: readonly string[];
}

/** Asks JSR for the packages that `deno.json` names. */
export async function findStdSource(): Promise<StdSource> {
  if (Deno.env.get("TWINLOOP_STD") !== "stand-in" && await jsrAnswers()) {
    return { note: "@std/* comes from JSR", args: [] };
  }
  return {
    note: `JSR does not answer: @std/* is replaced by the stand-ins of ${STAND_INS}`,
    args: [`--import-map=${STAND_INS}`],
  };
}

async function jsrAnswers(): Promise<boolean> {
  const config = JSON.parse(await Deno.readTextFile("deno.json"));
  const specifiers = Object.values(config.imports as Record<string, string>)
    .filter((specifier) => specifier.startsWith("jsr:"));
  const probe = new Deno.Command(Deno.execPath(), {
    args: ["cache", "--quiet", "--no-lock", ...specifiers],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
  });
  try {
    return (await probe.output()).success;
  } catch {
    return false;
  }
}
