/** Which entry points bring packages of others along. */

import { assertEquals } from "@std/assert";

/** What `deno info --json` tells of a module graph. */
interface Graph {
  readonly modules: readonly { readonly specifier: string }[];
}

/** The packages from npm that an entry point loads. */
async function packagesOf(entry: string): Promise<string[]> {
  const root = new URL("../../", import.meta.url);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: root,
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as Graph;
  return modules.map(({ specifier }) => specifier)
    .filter((specifier) => specifier.startsWith("npm:"))
    .map((specifier) => specifier.replace(/^npm:\/?/, "").replace(/@[^@]*$/, ""));
}

const PACKAGES: readonly [entry: string, packages: readonly string[]][] = [
  ["poller/mod.ts", []],
  ["sim/mod.ts", []],
  ["sim/dns/mod.ts", ["dns-packet"]],
];

for (const [entry, packages] of PACKAGES) {
  Deno.test(`${entry} loads from npm: ${packages.join(", ") || "nothing"}`, async () => {
    assertEquals(await packagesOf(entry), packages);
  });
}
