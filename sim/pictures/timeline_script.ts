/**
 * What the page of a run does.
 *
 * @module
 */

/**
 * The script. It draws only the rows in sight, so that a run may have many; whatever it shows goes in
 * as text, never as markup.
 */
export const TIMELINE_SCRIPT = `
"use strict";
const { sides, rows } = JSON.parse(document.getElementById("data").textContent);
const ROW = 24, TIME = 100, LANE_MIN = 96, GAP = 24, TAIL = 120, ARROWS_MANY = 30;
const [TIME_AT, HOST, KIND, SUBJECT, DETAIL, MARK, PARENT] = [0, 1, 2, 3, 4, 5, 6];
const byId = (id) => document.getElementById(id);
const view = byId("view"), space = byId("space"), rowsBox = byId("rows");
const arrows = byId("arrows"), heads = byId("heads");

// Where each entry of each side is.
const rowOf = sides.map((side) => new Int32Array(side.entries.length).fill(-1));
rows.forEach(([left, right], row) => {
  if (left >= 0) rowOf[0][left] = row;
  if (right >= 0) rowOf[1][right] = row;
});
// Arrows that cross a block of rows, by block.
const BLOCK = 64;
const blocks = new Map();
sides.forEach((side, s) => side.arrows.forEach(([from, to, label]) => {
  const arrow = { s, from, to, label };
  const first = Math.min(rowOf[s][from], rowOf[s][to]), last = Math.max(rowOf[s][from], rowOf[s][to]);
  for (let block = Math.floor(first / BLOCK); block <= Math.floor(last / BLOCK); block++) {
    if (!blocks.has(block)) blocks.set(block, []);
    blocks.get(block).push(arrow);
  }
}));

let laneWidth = LANE_MIN;
let at = 0;
let matches = [];

function laneLeft(s, host) {
  return TIME + (s === 0 ? 0 : widthOf(0) + GAP) + host * laneWidth;
}
// The text of the last lane needs more room than its lane has.
const widthOf = (s) => sides[s].hosts.length * laneWidth + TAIL;
const rightOf = (s) => laneLeft(s, 0) + widthOf(s);
const dotLeft = (s, host) => laneLeft(s, host) + 10;
const entriesOf = ([left, right]) => {
  const found = [];
  if (left >= 0) found.push([0, sides[0].entries[left]]);
  if (right >= 0) found.push([1, sides[1].entries[right]]);
  return found;
};
const textOf = (entry) => [entry[KIND], entry[SUBJECT], entry[DETAIL]].filter(Boolean).join(" ");
const timeOf = (entry) => "@" + entry[TIME_AT].toFixed(6);

function make(tag, className, parent, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

function layOut() {
  const lanes = sides.reduce((sum, side) => sum + side.hosts.length, 0);
  const free = view.clientWidth - TIME - (sides.length - 1) * GAP - sides.length * TAIL - 8;
  laneWidth = Math.max(LANE_MIN, Math.floor(free / Math.max(1, lanes)));
  const width = rightOf(sides.length - 1);
  const header = byId("lanes");
  header.replaceChildren();
  header.style.width = space.style.width = Math.max(width, view.clientWidth) + "px";
  space.style.height = rows.length * ROW + "px";
  for (const old of space.querySelectorAll(".lane, .gap")) old.remove();
  sides.forEach((side, s) => side.hosts.forEach((host, h) => {
    const name = make("span", "", header, host);
    name.title = host;
    name.style.left = laneLeft(s, h) + 4 + "px";
    name.style.maxWidth = laneWidth - 8 + "px";
    make("div", "lane", space).style.left = dotLeft(s, h) + "px";
  }));
  if (sides.length > 1) make("div", "gap", space).style.left = laneLeft(1, 0) - GAP / 2 + "px";
  draw();
}

function classOf([left, right, moved]) {
  const marks = entriesOf([left, right]).map(([, entry]) => entry[MARK]);
  const mark = marks.find(Boolean) ?? "";
  if (sides.length === 1 || (left >= 0 && right >= 0)) return mark;
  return mark + (moved ? " moved" : left >= 0 ? " left" : " right");
}

function drawRow(index) {
  const row = rows[index];
  const box = make("div", "row " + classOf(row), rowsBox);
  if (index === at) box.classList.add("at");
  if (isMatch.has(index)) box.classList.add("found");
  box.style.top = index * ROW + "px";
  box.dataset.row = index;
  const found = entriesOf(row);
  make("div", "time", box, timeOf(found[0][1]));
  for (const [s, entry] of found) {
    if (sides.length > 1) {
      const stripe = make("div", "stripe", box);
      stripe.style.left = laneLeft(s, 0) - 4 + "px";
      stripe.style.width = widthOf(s) + "px";
    }
    make("div", "dot", box).style.left = dotLeft(s, entry[HOST]) + "px";
    const text = make("div", "entry", box);
    text.style.left = dotLeft(s, entry[HOST]) + 14 + "px";
    text.style.width = rightOf(s) - dotLeft(s, entry[HOST]) - 20 + "px";
    text.title = textOf(entry);
    const span = make("span", "", text);
    make("b", "", span, entry[KIND]);
    span.append(" " + entry[SUBJECT] + " ");
    make("i", "", span, entry[DETAIL]);
  }
}

function drawArrow({ s, from, to }) {
  const [source, target] = [sides[s].entries[from], sides[s].entries[to]];
  const [x1, x2] = [dotLeft(s, source[HOST]), dotLeft(s, target[HOST])];
  const [y1, y2] = [rowOf[s][from] * ROW + ROW / 2, rowOf[s][to] * ROW + ROW / 2];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const [tipX, tipY] = [x2 - dx * 6, y2 - dy * 6];
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  const ends = { x1: x1 + dx * 5, y1: y1 + dy * 5, x2: tipX - dx * 5, y2: tipY - dy * 5 };
  for (const [name, value] of Object.entries(ends)) line.setAttribute(name, value);
  if (rowOf[s][from] === at || rowOf[s][to] === at) line.classList.add("on");
  const head = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const back = (side) => (tipX - dx * 8 - dy * 4 * side) + " " + (tipY - dy * 8 + dx * 4 * side);
  head.setAttribute("d", "M" + tipX + " " + tipY + "L" + back(1) + "L" + back(-1) + "Z");
  arrows.append(line);
  heads.append(head);
}

let isMatch = new Set();
function draw() {
  const first = Math.max(0, Math.floor((view.scrollTop - 28) / ROW) - 10);
  const last = Math.min(rows.length, Math.ceil((view.scrollTop + view.clientHeight) / ROW) + 10);
  rowsBox.replaceChildren();
  for (let row = first; row < last; row++) drawRow(row);
  arrows.replaceChildren();
  heads.replaceChildren();
  const drawn = new Set();
  for (let block = Math.floor(first / BLOCK); block <= Math.floor(last / BLOCK); block++) {
    for (const arrow of blocks.get(block) ?? []) drawn.add(arrow);
  }
  drawn.forEach(drawArrow);
  arrows.classList.toggle("many", drawn.size > ARROWS_MANY);
}

function describe() {
  const detail = byId("detail");
  detail.replaceChildren();
  if (rows.length === 0) return detail.append("Nothing happened.");
  const [left, right, moved] = rows[at];
  const side = sides.length === 1
    ? ""
    : left >= 0 && right >= 0
    ? "in both: "
    : (moved ? "elsewhere in the other: " : left >= 0 ? "only left: " : "only right: ");
  const [[s, entry], other] = entriesOf(rows[at]);
  const host = sides[s].hosts[entry[HOST]];
  detail.append(side + (at + 1) + " of " + rows.length + ": " + timeOf(entry) + " " + host + " " + textOf(entry));
  if (other && timeOf(other[1]) !== timeOf(entry)) detail.append(" (right: " + timeOf(other[1]) + ")");
  if (entry[MARK]) detail.append(" (" + entry[MARK] + ")");
  if (entry[PARENT] < 0) return;
  detail.append(", caused by ");
  const cause = sides[s].entries[entry[PARENT]];
  const link = make("button", "", detail, timeOf(cause) + " " + sides[s].hosts[cause[HOST]] + " " + textOf(cause));
  link.onclick = () => go(rowOf[s][entry[PARENT]]);
}

function go(row) {
  at = Math.max(0, Math.min(rows.length - 1, row));
  const top = at * ROW;
  if (top < view.scrollTop + ROW) view.scrollTop = top - ROW;
  const bottom = top + 3 * ROW + 28;
  if (bottom > view.scrollTop + view.clientHeight) view.scrollTop = bottom - view.clientHeight;
  draw();
  describe();
}

function goNext(fits, step = 1) {
  for (let i = 1; i <= rows.length; i++) {
    const row = (at + i * step + rows.length * 2) % rows.length;
    if (fits(row)) return go(row);
  }
}

const hasMark = (...marks) => (row) => entriesOf(rows[row]).some(([, entry]) => marks.includes(entry[MARK]));
const isDifference = (row) => rows[row][0] < 0 || rows[row][1] < 0;
const toCause = () => {
  const [[s, entry]] = entriesOf(rows[at]);
  if (entry[PARENT] >= 0) go(rowOf[s][entry[PARENT]]);
};

function search(text) {
  const wanted = text.trim().toLowerCase();
  matches = wanted === "" ? [] : rows.flatMap((row, index) => {
    const words = entriesOf(row).map(([s, entry]) =>
      (timeOf(entry) + " " + sides[s].hosts[entry[HOST]] + " " + textOf(entry)).toLowerCase()
    );
    return words.some((line) => line.includes(wanted)) ? [index] : [];
  });
  isMatch = new Set(matches);
  byId("found").textContent = wanted === "" ? "" : matches.length + " found";
  if (matches.length > 0) go(matches.find((row) => row >= at) ?? matches[0]);
  else draw();
}

const page = () => Math.max(1, Math.floor(view.clientHeight / ROW) - 2);
const keys = {
  ArrowDown: () => go(at + 1), j: () => go(at + 1),
  ArrowUp: () => go(at - 1), k: () => go(at - 1),
  PageDown: () => go(at + page()), PageUp: () => go(at - page()),
  Home: () => go(0), End: () => go(rows.length - 1),
  "/": () => byId("search").focus(),
  n: () => goNext((row) => isMatch.has(row)), N: () => goNext((row) => isMatch.has(row), -1),
  d: () => goNext(hasMark("deviation")), f: () => goNext(hasMark("fault", "failure")),
  x: () => sides.length > 1 && goNext(isDifference),
  c: toCause,
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === byId("search")) {
    if (event.key === "Escape") view.focus();
    if (event.key === "Enter") goNext((row) => isMatch.has(row), event.shiftKey ? -1 : 1);
    return;
  }
  if (event.target.tagName === "BUTTON" && (event.key === "Enter" || event.key === " ")) return;
  const action = rows.length > 0 && Object.hasOwn(keys, event.key) ? keys[event.key] : null;
  if (action === null) return;
  event.preventDefault();
  action();
});
byId("search").addEventListener("input", (event) => search(event.target.value));
const some = (fits) => rows.some((_, row) => fits(row));
for (const [id, fits] of [["deviation", hasMark("deviation")], ["fault", hasMark("fault", "failure")], ["difference", isDifference]]) {
  const button = byId(id);
  if (button === null) continue;
  button.disabled = !some(fits);
  button.onclick = () => goNext(fits);
}
rowsBox.addEventListener("click", (event) => {
  const box = event.target.closest(".row");
  if (box !== null) go(Number(box.dataset.row));
});
let isPlanned = false;
view.addEventListener("scroll", () => {
  if (isPlanned) return;
  isPlanned = true;
  requestAnimationFrame(() => {
    isPlanned = false;
    draw();
  });
});
addEventListener("resize", layOut);
layOut();
describe();
view.focus();
`;
