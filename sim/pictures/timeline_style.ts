/**
 * How the page of a run looks.
 *
 * @module
 */

/** The style sheet, for light and dark. */
export const TIMELINE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#ffffff, #14171c);
  --panel: light-dark(#f4f5f7, #1c2027);
  --ink: light-dark(#1b1f24, #e3e7ec);
  --faint: light-dark(#5d6673, #96a0ad);
  --line: light-dark(#d6dae0, #343b46);
  --arrow: light-dark(#3b6fd4, #7aa7ff);
  --deviation: light-dark(#8a5a00, #f2b84b);
  --deviation-paper: light-dark(#fff1d0, #3a2d10);
  --fault: light-dark(#b3261e, #ff8a80);
  --fault-paper: light-dark(#fde4e2, #43201e);
  --left-paper: light-dark(#fde4e2, #43201e);
  --right-paper: light-dark(#dff5e3, #17361f);
  --moved-paper: light-dark(#e6e9ff, #262b4d);
  --row: 24px;
}
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body {
  display: flex;
  flex-direction: column;
  background: var(--paper);
  color: var(--ink);
  font: 13px/1.4 system-ui, sans-serif;
}
header { padding: 10px 16px; background: var(--panel); border-bottom: 1px solid var(--line); }
h1 { font-size: 16px; margin: 0 0 4px; }
section { display: inline-block; vertical-align: top; max-width: 100%; margin: 0 28px 4px 0; }
section p, section ul { margin: 0; }
section ul { padding-left: 18px; max-height: 6em; overflow: auto; }
.outcome { font-weight: 600; }
.fails .outcome { color: var(--fault); }
.tape { color: var(--faint); font: 11px ui-monospace, monospace; overflow-wrap: anywhere; max-width: 90ch; }
.tools { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-top: 6px; }
.tools input, .tools button {
  font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--line); border-radius: 5px; padding: 3px 8px;
}
.tools input { width: 22ch; }
.tools button { cursor: pointer; }
.tools button.deviation { background: var(--deviation-paper); }
.tools button.fault { background: var(--fault-paper); }
.tools button:disabled { opacity: 0.45; cursor: default; }
.keys { color: var(--faint); }
kbd { font: 11px ui-monospace, monospace; border: 1px solid var(--line); border-radius: 3px; padding: 0 4px; }
#found { min-width: 9ch; color: var(--faint); }
:focus-visible { outline: 2px solid var(--arrow); outline-offset: -2px; }
main { flex: 1; min-height: 0; overflow: auto; position: relative; }
main:focus-visible { outline: none; }
main:focus-visible .row.at { box-shadow: inset 0 0 0 1.5px var(--arrow); }
#lanes {
  position: sticky; top: 0; z-index: 3; height: 28px;
  background: var(--panel); border-bottom: 1px solid var(--line);
}
#lanes span {
  position: absolute; top: 5px; font-weight: 600;
  white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
}
#space { position: relative; isolation: isolate; }
#space .lane { position: absolute; top: 0; bottom: 0; width: 1px; background: var(--line); z-index: -1; }
#space .gap { position: absolute; top: 0; bottom: 0; width: 3px; background: var(--line); }
#arrows, #heads { position: absolute; left: 0; top: 0; overflow: visible; pointer-events: none; }
#arrows line { stroke: var(--arrow); stroke-width: 1.5; opacity: 0.75; }
#arrows.many line { opacity: 0.3; }
#arrows line.on, #arrows.many line.on { stroke-width: 2.5; opacity: 1; }
#heads path { fill: var(--arrow); }
.row { position: absolute; left: 0; right: 0; height: var(--row); cursor: default; }
.row:hover { background: color-mix(in srgb, var(--line) 35%, transparent); }
.row.at { background: color-mix(in srgb, var(--arrow) 20%, transparent); }
.time {
  position: absolute; left: 8px; width: 84px; text-align: right; top: 3px;
  color: var(--faint); font: 11px/18px ui-monospace, monospace;
}
.entry { position: absolute; top: 2px; height: 20px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.entry b { font-weight: 600; }
.entry i { font-style: normal; color: var(--faint); }
.entry span { padding: 1px 5px; border-radius: 4px; background: color-mix(in srgb, var(--paper) 82%, transparent); }
.dot {
  position: absolute; top: 8px; width: 9px; height: 9px; margin-left: -4px;
  border-radius: 50%; background: var(--faint); z-index: 1;
}
.deviation .dot { background: var(--deviation); border-radius: 1px; transform: rotate(45deg); }
.fault .dot, .failure .dot { background: var(--fault); border-radius: 1px; }
.deviation .entry span { background: var(--deviation-paper); color: var(--deviation); }
.fault .entry span, .failure .entry span { background: var(--fault-paper); color: var(--fault); }
.found .entry span { outline: 2px solid var(--arrow); outline-offset: -1px; }
.stripe { position: absolute; top: 0; bottom: 0; z-index: -1; }
.left .stripe { background: var(--left-paper); }
.right .stripe { background: var(--right-paper); }
.moved .stripe { background: var(--moved-paper); }
button.left { background: var(--moved-paper); }
footer {
  min-height: 30px; padding: 6px 16px; background: var(--panel);
  border-top: 1px solid var(--line); overflow-wrap: anywhere;
}
footer button { font: inherit; color: var(--arrow); background: none; border: 0; padding: 0; text-decoration: underline; cursor: pointer; }
`;
