import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type CommandSpec,
  describeCommand,
  parseCommandLine,
} from "../../../sim/cli/command_line.ts";
import { EXIT, exitCodeOf, UsageError } from "../../../sim/cli/errors.ts";

const SPEC: CommandSpec = {
  name: "paint",
  summary: "Paints.",
  usage: "<wall> [<colour>]",
  options: [
    { name: "layers", value: "n", help: "how many" },
    { name: "tool", value: "name", help: "with what" },
    { name: "wet", help: "on wet ground" },
  ],
  exits: "0 it holds",
};

function parse(text: string) {
  return parseCommandLine(SPEC, text.split(" ").filter((word) => word !== ""));
}

Deno.test("parseCommandLine() reads arguments and options in any order", () => {
  const line = parse("--layers=3 north --tool brush --wet blue");
  assertEquals(line?.args, ["north", "blue"]);
  assertEquals(line?.number("layers"), 3);
  assertEquals(line?.oneOf("tool", ["brush", "roller"]), "brush");
  assertEquals([line?.has("wet"), line?.text("tool"), line?.text("absent")], [
    true,
    "brush",
    undefined,
  ]);
  assertEquals(parse("--layers Infinity a")?.number("layers"), Infinity);
  assertEquals(parse("--layers 1e6 a")?.number("layers"), 1_000_000);
  assertEquals(parse("--layers 0.5 a")?.number("layers", true), 0.5);
});

Deno.test("parseCommandLine() refuses what makes no sense", () => {
  const refuse = (text: string, message: string, use: (line: ReturnType<typeof parse>) => void) => {
    const error = assertThrows(() => use(parse(text)), UsageError);
    assertEquals(error.message, `Cannot read the command line: ${message}`);
  };
  const read = () => {};
  refuse("", "paint lacks <wall>", read);
  refuse("a b c", "paint takes <wall> [<colour>], not also c", read);
  refuse("a --brush", "unknown option --brush", read);
  refuse("a --wet=very", "option --wet does not take an argument", read);
  refuse("a --layers", "option --layers <value> argument missing", read);
  const layers = (line: ReturnType<typeof parse>) => line?.number("layers");
  for (const text of ["x", "1.5", "1x", "0x10"]) {
    refuse(`a --layers ${text}`, `--layers ${text} is not a whole number`, layers);
  }
  refuse(
    "a --tool=fork",
    "--tool fork is not one of brush, roller",
    (line) => line?.oneOf("tool", ["brush", "roller"]),
  );
});

Deno.test("parseCommandLine() returns null for --help, whatever else is there", () => {
  assertEquals(parse("--help"), null);
  assertEquals(parse("a b c d --help"), null);
});

Deno.test("describeCommand() names every option and how the command ends", () => {
  const text = describeCommand(SPEC);
  for (const { name, help } of SPEC.options) {
    assert(text.includes(`--${name}`) && text.includes(help));
  }
  assert(text.includes("paint <wall> [<colour>] [options]") && text.includes("0 it holds"), text);
});

Deno.test("exitCodeOf() knows the codes of the package, and no name that every object has", () => {
  const codes = ["TAPE", "TAPE_MISMATCH", "ELSE", "constructor", "toString"];
  const { usage, mismatch, internal } = EXIT;
  assertEquals(codes.map((code) => exitCodeOf(Object.assign(new Error(), { code }))), [
    usage,
    mismatch,
    internal,
    internal,
    internal,
  ]);
});
