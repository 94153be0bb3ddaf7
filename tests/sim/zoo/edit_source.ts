/** Puts statements that have nothing to do with a program between its statements. */

/** Where a statement could stand: before a line. */
interface Place {
  readonly line: number;
  readonly indent: string;
  readonly isAsync: boolean;
}

/** What a brace opened. */
type Scope = "async function" | "function" | "class" | "other";

/** Statements by what they do; the first needs an async function around it. */
const UNRELATED: readonly ((delay: number) => string)[] = [
  () => "await null;",
  (delay) => `setTimeout(() => {}, ${delay});`,
  (delay) => `Promise.resolve().then(() => setTimeout(() => {}, ${delay}));`,
  () => "queueMicrotask(() => {});",
];

/**
 * Edits a program that `deno fmt` has formatted.
 *
 * @param source The program.
 * @param draw Draws a whole number below another.
 * @returns The program with a statement in front of about every third of its own.
 */
export function editSource(source: string, draw: (bound: number) => number): string {
  const lines = source.split("\n");
  const places = new Map(findPlaces(lines).map((place) => [place.line, place]));
  return lines.flatMap((text, line) => {
    const place = places.get(line);
    if (place === undefined || draw(3) > 0) return text;
    const kind = draw(place.isAsync ? UNRELATED.length : UNRELATED.length - 1);
    const statement = UNRELATED[place.isAsync ? kind : kind + 1]?.(1 + draw(30));
    return [`${place.indent}${statement}`, text];
  }).join("\n");
}

/** Where statements stand in functions. */
function findPlaces(lines: readonly string[]): Place[] {
  const places: Place[] = [];
  const scopes: Scope[] = [];
  let previous = "";
  lines.forEach((text, line) => {
    const code = text.replace(/\/\/.*$/, "").replace(/(["'`]).*?\1/g, "").trimEnd();
    const words = code.trim();
    if (words === "" || /^(\/?\*|\/\*)/.test(words)) return;
    const scope = scopes.at(-1) ?? "other";
    const isFunction = scope === "function" || scope === "async function";
    const isBegin = /[;{}]$/.test(previous) && !/^([.})\]?:]|else|catch|finally|case)/.test(words);
    if (isFunction && isBegin) {
      const indent = /^ */.exec(text)?.[0] ?? "";
      places.push({ line, indent, isAsync: scope === "async function" });
    }
    for (const [i, letter] of [...words].entries()) {
      if (letter === "}") scopes.pop();
      if (letter === "{") scopes.push(i === words.length - 1 ? scopeOf(words, scope) : "other");
    }
    previous = words;
  });
  return places;
}

/** What the brace at the end of a line opens. */
function scopeOf(words: string, outer: Scope): Scope {
  if (/^(\} )?(if|else|for|while|try|catch|finally)\b/.test(words)) return outer;
  if (/\bclass\b/.test(words)) return "class";
  if (/\basync\b|^\): Promise</.test(words)) return "async function";
  return /(=>|\)(: [\w<>[\] |]+)?) \{$/.test(words) ? "function" : "other";
}
