import { assert, assertEquals } from "@std/assert";
import {
  drawTimeline,
  explore,
  type RecordedRun,
  recordRun,
  type Simulation,
} from "../../sim/mod.ts";
import { options, shop } from "./programs/shop.ts";

const CHROMIUM = "/usr/bin/chromium";
const HAS_CHROMIUM = await Deno.stat(CHROMIUM).then(() => true, () => false);
if (!HAS_CHROMIUM) console.log("skipped: pages need Debian's package chromium, which is missing");

/** The run in which the shop sells one book twice. */
async function soldTwice(): Promise<RecordedRun> {
  const { failure } = await explore(shop, { ...options, name: "shop" });
  return await recordRun(shop, failure?.tape, { ...options, name: "shop" });
}

/** Opens a page in Chromium, runs a script in it, and returns what that leaves in `result`. */
async function open(page: string, script: string): Promise<unknown> {
  const folder = await Deno.makeTempDir();
  try {
    const act = `<script>(() => {
const press = (key, target = document.getElementById("view")) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const type = (text) => {
  const box = document.getElementById("search");
  box.value = text;
  box.dispatchEvent(new Event("input"));
};
const detail = () => document.getElementById("detail").textContent;
const texts = (selector) => [...document.querySelectorAll(selector)].map((e) => e.textContent);
const out = document.createElement("pre");
out.id = "result";
try { out.textContent = JSON.stringify((() => { ${script} })()); }
catch (error) { out.textContent = JSON.stringify(String(error)); }
document.body.append(out);
})()</script>`;
    await Deno.writeTextFile(`${folder}/page.html`, page.replace("</body>", () => `${act}</body>`));
    const { stdout, stderr } = await new Deno.Command(CHROMIUM, {
      args: [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
        `--user-data-dir=${folder}/profile`,
        "--window-size=1200,700",
        "--dump-dom",
        `file://${folder}/page.html`,
      ],
      stdin: "null",
      signal: AbortSignal.timeout(60_000),
    }).output();
    const dom = new TextDecoder().decode(stdout);
    const found = /<pre id="result">(.*?)<\/pre>/s.exec(dom)?.[1];
    assert(found !== undefined, new TextDecoder().decode(stderr));
    return JSON.parse(
      found.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"),
    );
  } finally {
    // The browser's helpers may still write there.
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

function pageTest(name: string, test: () => Promise<void>): void {
  Deno.test({ name, ignore: !HAS_CHROMIUM, fn: test });
}

pageTest("drawTimeline() shows lanes, entries, arrows and marks in a browser", async () => {
  const run = await soldTwice();
  const shown = await open(
    drawTimeline(run),
    `return {
      lanes: texts("#lanes span"),
      rows: texts(".row .entry").length,
      arrows: document.querySelectorAll("#arrows line").length,
      deviations: texts(".row.deviation .entry"),
      outcome: texts(".outcome"),
      bold: document.querySelectorAll("section b").length,
    };`,
  );
  assertEquals(shown, {
    lanes: ["(world)", "shop", "ada", "bob"],
    rows: run.entries.length,
    arrows: 2,
    deviations: ["choose the shelf for ada is far 1/2"],
    outcome: ["fails: Error: one book was sold to ada and bob <b>&amp;"],
    bold: 0,
  });
});

pageTest("drawTimeline() is walked through and searched with the keyboard", async () => {
  const run = await soldTwice();
  const { length } = run.entries;
  const walked = await open(
    drawTimeline(run),
    `const log = [detail()];
    const note = (key, target) => { press(key, target); log.push(detail()); };
    note("ArrowDown"); note("End"); note("ArrowDown"); note("Home"); note("ArrowUp"); note("d");
    note("c");
    note("/");
    const box = document.getElementById("search");
    const focused = document.activeElement === box;
    type("ARRIVE");
    const found = document.getElementById("found").textContent;
    const marked = document.querySelectorAll(".row.found").length;
    log.push(detail());
    note("n"); note("Enter", box); note("N");
    press("Escape", box);
    const back = document.activeElement.id;
    type("nothing like it");
    return { log: log.map((text) => text.split(" ")[0] + " " + /@\\S+ \\S+ \\w+/.exec(text)), focused,
      found, marked, back, none: document.getElementById("found").textContent };`,
  );
  assertEquals(walked, {
    log: [
      "1 @0.000000 (world) main",
      "2 @0.000000 shop bind",
      `${length} @0.012500 shop timeout`,
      `${length} @0.012500 shop timeout`,
      "1 @0.000000 (world) main",
      "1 @0.000000 (world) main",
      "15 @0.010000 shop choose",
      "13 @0.010000 shop arrive",
      "13 @0.010000 shop arrive",
      "13 @0.010000 shop arrive",
      "16 @0.011500 shop arrive",
      "13 @0.010000 shop arrive",
      "16 @0.011500 shop arrive",
    ],
    focused: true,
    found: "2 found",
    marked: 2,
    back: "view",
    none: "0 found",
  });
});

pageTest("drawTimeline() shows both sides of a difference", async () => {
  const right = await soldTwice();
  const left = await recordRun(shop, null, { ...options, name: "shop" });
  const shown = await open(
    drawTimeline(left, { other: right }),
    `press("x");
    const first = detail();
    return {
      lanes: texts("#lanes span"),
      outcomes: texts(".outcome"),
      left: texts(".row.left .entry"),
      right: [...document.querySelectorAll(".row.right .entry")].map((e) => e.textContent.trim()),
      first: first.split(": ")[0],
    };`,
  );
  assertEquals(shown, {
    lanes: ["(world)", "shop", "ada", "bob", "(world)", "shop", "ada", "bob"],
    outcomes: [
      "left: passes: sold to ada",
      "right: fails: Error: one book was sold to ada and bob <b>&amp;",
    ],
    left: ["timeout  "],
    right: ["choose the shelf for ada is far 1/2", "timeout"],
    first: "only left",
  });
});

pageTest("drawTimeline() draws only what is in sight of a long run", async () => {
  const run = await recordRun((sim: Simulation) => {
    const { poller } = sim.host("busy");
    let left = 9000;
    const step = () => {
      if (left-- > 0) poller.poll(0.001, () => {}, step);
    };
    step();
  });
  assert(run.entries.length > 9000);
  const shown = await open(
    drawTimeline(run),
    `const first = document.querySelectorAll(".row").length;
    press("End");
    return { first: first < 100, last: document.querySelectorAll(".row").length < 100,
      at: document.querySelector(".row.at") !== null, detail: detail().split(":")[0] };`,
  );
  const { length } = run.entries;
  assertEquals(shown, { first: true, last: true, at: true, detail: `${length} of ${length}` });
});
