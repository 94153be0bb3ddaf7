/**
 * The house rules that a linter can hold: which folder may import which, and where ambient time,
 * randomness, sockets and the `Deno` namespace may be used.
 *
 * @module
 */

/** What each layer may import. A folder that is not listed may import anything. */
const ALLOWED: Record<string, readonly string[]> = {
  poller: ["poller"],
  ioloop: ["ioloop", "poller"],
  reactor: ["reactor", "poller"],
  resolver: ["resolver", "poller"],
  sim: ["sim", "poller"],
};

/** The bridges may, in addition, `import type` the contract of the loop that they stand on. */
const BRIDGES: Record<string, string> = {
  "ioloop/twisted_io_loop.ts": "reactor",
  "reactor/tornado_reactor.ts": "ioloop",
  "reactor/install.ts": "ioloop",
};

/** What only `deno_*.ts` files may name, and what to use instead. */
const AMBIENT: Record<string, string> = {
  "Date": "Clock.now()",
  "performance": "Clock.now()",
  "setTimeout": "a loop's callLater()",
  "setInterval": "a loop's callLater()",
  "setImmediate": "a loop's addCallback() or callLater()",
  "queueMicrotask": "a loop's addCallback()",
  "console": "Platform.report",
  "crypto": "Platform.random",
  "Deno": "a member of Platform",
};

/** Files that patch or measure the ambient world as their job. */
const AMBIENT_EXEMPT = /(^|\/)(deno_\w+|\w+_bench)\.ts$/;

const LAYERS = Object.keys(ALLOWED);

/** The folder that holds the layers. */
const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Splits a file name into its layer and its path from there: `poller`, `poller/clock.ts`. */
function locate(filename: string): { layer: string; path: string } | null {
  const name = filename.replaceAll("\\", "/");
  const path = name.startsWith(ROOT) ? name.slice(ROOT.length) : name;
  const layer = path.split("/")[0] as string;
  return LAYERS.includes(layer) ? { layer, path } : null;
}

/** The layer that a relative specifier leads to, seen from a file of a layer. */
function targetLayer(path: string, specifier: string): string | null {
  if (!specifier.startsWith(".")) return null;
  const url = new URL(specifier, `file:///${path}`);
  return url.pathname.split("/")[1] ?? null;
}

type ImportLike = { source: { value: string } | null; importKind?: string; exportKind?: string };

function checkImport(context: Deno.lint.RuleContext, node: Deno.lint.Node & ImportLike): void {
  const place = locate(context.filename);
  if (place === null || node.source === null) return;
  const specifier = node.source.value;
  if (specifier.startsWith("@std/")) {
    context.report({
      node,
      message: "Library code must not import @std: write it, or use poller/invariant.ts",
    });
    return;
  }
  const target = targetLayer(place.path, specifier);
  if (target === null || ALLOWED[place.layer]?.includes(target)) return;
  const isType = node.importKind === "type" || node.exportKind === "type";
  if (isType && BRIDGES[place.path] === target && !specifier.endsWith("/mod.ts")) return;
  context.report({ node, message: `${place.path} must not import ${target}/ (${specifier})` });
}

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "import-directions": {
      create(context) {
        return {
          ImportDeclaration(node) {
            checkImport(context, node as Deno.lint.Node & ImportLike);
          },
          ExportNamedDeclaration(node) {
            checkImport(context, node as unknown as Deno.lint.Node & ImportLike);
          },
          ExportAllDeclaration(node) {
            checkImport(context, node as Deno.lint.Node & ImportLike);
          },
        };
      },
    },
    "no-ambient": {
      create(context) {
        const place = locate(context.filename);
        if (place === null || AMBIENT_EXEMPT.test(place.path)) return {};
        return {
          Identifier(node) {
            const instead = Object.hasOwn(AMBIENT, node.name) ? AMBIENT[node.name] : undefined;
            if (instead === undefined) return;
            const parent = node.parent as unknown as {
              type: string;
              property?: unknown;
              key?: unknown;
              computed?: boolean;
            };
            if (
              parent.type === "MemberExpression" && parent.property === node && !parent.computed
            ) {
              return;
            }
            if ("key" in parent && parent.key === node && !parent.computed) return;
            context.report({ node, message: `${node.name} is ambient: use ${instead}` });
          },
          MemberExpression(node) {
            const { object, property } = node;
            if (
              object.type === "Identifier" && object.name === "Math" &&
              property.type === "Identifier" && property.name === "random"
            ) {
              context.report({ node, message: "Math.random is ambient: use Platform.random" });
            }
          },
        };
      },
    },
    "no-top-level-arrow": {
      create(context) {
        return {
          VariableDeclarator(node) {
            if (locate(context.filename) === null) return;
            const scope = node.parent.parent;
            const isTop = scope.type === "Program" || scope.type === "ExportNamedDeclaration";
            if (isTop && node.init?.type === "ArrowFunctionExpression") {
              context.report({ node, message: "Declare a function instead of a top-level arrow" });
            }
          },
        };
      },
    },
    "prefer-private-field": {
      create(context) {
        return {
          PropertyDefinition(node) {
            if (locate(context.filename) !== null && node.accessibility === "private") {
              context.report({ node, message: "Use a #private field" });
            }
          },
          MethodDefinition(node) {
            if (locate(context.filename) !== null && node.accessibility === "private") {
              context.report({ node, message: "Use a #private method" });
            }
          },
        };
      },
    },
  },
};

export default plugin;
