import { assertEquals } from "@std/assert";

/** What the package is in the registry of the test: it says where it came from. */
const MODULE = 'export const origin: string = "the registry";\n';

/** What is run: the same program, wherever the package comes from. */
const PROGRAM = 'import * as assert from "@std/assert";\nconsole.log("origin" in assert);\n';

/** Serves one package in the way of JSR: its versions, its manifest, its module. */
async function serveRegistry(): Promise<Deno.HttpServer<Deno.NetAddr>> {
  const bytes = new TextEncoder().encode(MODULE);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const checksum = `sha256-${digest.toHex()}`;
  const answers: Readonly<Record<string, string>> = {
    "/@std/assert/meta.json": JSON.stringify({
      scope: "std",
      name: "assert",
      latest: "1.0.99",
      versions: { "1.0.99": {} },
    }),
    "/@std/assert/1.0.99_meta.json": JSON.stringify({
      manifest: { "/mod.ts": { size: bytes.length, checksum } },
      exports: { ".": "./mod.ts" },
    }),
    "/@std/assert/1.0.99/mod.ts": MODULE,
  };
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const { pathname } = new URL(url);
    const body = answers[pathname];
    const type = pathname.endsWith(".ts") ? "application/typescript" : "application/json";
    return body === undefined
      ? new Response("not found", { status: 404 })
      : new Response(body, { headers: { "content-type": type } });
  }) as Deno.HttpServer<Deno.NetAddr>;
}

/** Runs a program by way of `with_std.ts` in a project of its own. */
async function runWith(registry: string): Promise<[code: number, out: string, note: string]> {
  const root = await Deno.makeTempDir({ prefix: "twinloop_" });
  try {
    const imports = { "@std/assert": "jsr:@std/assert@^1.0.16" };
    const standIn = { imports: { "@std/assert": "./stand_in.ts" } };
    await Deno.mkdir(`${root}/tests/std`, { recursive: true });
    await Deno.writeTextFile(`${root}/deno.json`, JSON.stringify({ imports }));
    await Deno.writeTextFile(`${root}/program.ts`, PROGRAM);
    await Deno.writeTextFile(`${root}/tests/std/import_map.json`, JSON.stringify(standIn));
    await Deno.writeTextFile(`${root}/tests/std/stand_in.ts`, "export const standsIn = true;\n");
    const tool = new URL("../tools/with_std.ts", import.meta.url).pathname;
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-config", tool, "run", "--quiet", "--no-lock", "program.ts"],
      cwd: root,
      env: { JSR_URL: registry, DENO_DIR: `${root}/cache`, NO_COLOR: "1", TWINLOOP_STD: "" },
    }).output();
    const [out, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
    return [code, out ?? "", errors ?? ""];
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("with_std.ts takes @std from the registry where that answers", async () => {
  const server = await serveRegistry();
  try {
    const result = await runWith(`http://127.0.0.1:${server.addr.port}/`);
    assertEquals(result, [0, "true", "@std/* comes from JSR"]);
  } finally {
    await server.shutdown();
  }
});

Deno.test("with_std.ts takes the stand-ins where no registry answers", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("gone", { status: 410 }),
  ) as Deno.HttpServer<Deno.NetAddr>;
  try {
    const note =
      "JSR does not answer: @std/* is replaced by the stand-ins of tests/std/import_map.json";
    const result = await runWith(`http://127.0.0.1:${server.addr.port}/`);
    assertEquals(result, [0, "false", note]);
  } finally {
    await server.shutdown();
  }
});
