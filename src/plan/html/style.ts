/** Light and dark, as set in the reader's system; also for phones and print. */
export const STYLE = `
:root {
  --background: #ffffff; --surface: #f5f7fa; --line: #cfd6df; --text: #17202b; --muted: #586472; --on: #ffffff;
  --good: #0f6b3c; --bad: #b3261e; --warn: #8a5300;
  --sidecar: #b8420a; --app: #1d5fbf; --heap: #1d5fbf; --metaspace: #6d4bc3; --codeCache: #0b7568;
  --stacks: #8f5400; --directMemory: #a8325e; --headRoom: #5c6470;
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #11161d; --surface: #1a212b; --line: #3a4656; --text: #e8edf3; --muted: #9fadbd; --on: #0c1117;
    --good: #5bd08f; --bad: #ff8f85; --warn: #f0b45a;
    --sidecar: #ff9b6a; --app: #7fb2ff; --heap: #7fb2ff; --metaspace: #b9a1ff; --codeCache: #5fd0bf;
    --stacks: #e9b463; --directMemory: #ff9dc0; --headRoom: #aab4c0;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; background: var(--background); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 2rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .75rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.35rem; }
h3 { margin: 1.75rem 0 .5rem; font-size: 1.05rem; }
h4 { margin: 1.25rem 0 .25rem; font-size: 1rem; }
p { margin: .25rem 0; }
code { font: .875em ui-monospace, monospace; }
.muted { color: var(--muted); }
.good { color: var(--good); } .bad { color: var(--bad); }
.verdict { font-size: 1.1rem; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; margin: 0; }
dt { color: var(--muted); font-size: .875rem; } dd { margin: 0; }
.facts dd { font-size: 1.25rem; font-weight: 600; }
.problems { list-style: none; margin: 0; padding: 0; }
.problems li { margin: .5rem 0; padding: .5rem .75rem; background: var(--surface); border-left: 4px solid var(--warn); }
.problems .error { border-color: var(--bad); } .problems .note { border-color: var(--line); }
.container { margin: 1rem 0; padding: 1rem; border: 2px solid var(--line); border-radius: 12px; }
.container figcaption { margin-bottom: .75rem; color: var(--muted); font-size: .875rem; }
.chain, .beside { list-style: none; display: flex; flex-wrap: wrap; margin: 0; padding: 0; gap: .75rem; }
.chain li { display: flex; align-items: center; gap: .75rem; }
.beside { margin-top: .75rem; padding-top: .75rem; border-top: 1px dashed var(--line); }
.port { color: var(--muted); font-size: .875rem; white-space: nowrap; }
.port::after { content: " \\2192"; }
.box { min-width: 9rem; max-width: 22rem; padding: .5rem .75rem; background: var(--surface); border: 1px solid var(--line);
  border-left: 5px solid var(--sidecar); border-radius: 8px; }
.box.app { border-left-color: var(--app); }
.box > * { display: block; } .box .kind { color: var(--muted); font-size: .75rem; }
.bar-frame { position: relative; margin: 1rem 0; }
.bar { list-style: none; display: flex; height: 3rem; margin: 0; padding: 0; border-radius: 6px; background: var(--surface); }
.part { position: relative; min-width: 3px; color: var(--on); }
.part + .part { border-left: 2px solid var(--background); }
.part:first-child { border-radius: 6px 0 0 6px; } .part:last-child { border-radius: 0 6px 6px 0; }
.part .name { position: absolute; inset: 0; padding: 0 .5rem; overflow: hidden; line-height: 3rem; font-size: .8125rem; white-space: nowrap; text-overflow: clip; }
.part .tip { position: absolute; z-index: 1; bottom: calc(100% + 6px); left: 0; padding: .25rem .5rem; border-radius: 6px;
  background: var(--text); color: var(--background); font-size: .8125rem; white-space: nowrap; opacity: 0; pointer-events: none; }
.part:nth-last-child(-n+3):not(:first-child) .tip { left: auto; right: 0; }
.part:hover .tip, .part:focus .tip { opacity: 1; }
.part:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; z-index: 1; }
.bar-frame.over { margin-bottom: 2.25rem; }
.limit { position: absolute; top: -6px; bottom: -6px; border-left: 3px dashed var(--text); }
.limit span { position: absolute; top: 100%; right: 4px; font-size: .8125rem; white-space: nowrap; }
.sidecar { background: var(--sidecar); } .app { background: var(--app); } .heap { background: var(--heap); }
.metaspace { background: var(--metaspace); } .codeCache { background: var(--codeCache); } .stacks { background: var(--stacks); }
.directMemory { background: var(--directMemory); } .headRoom { background: var(--headRoom); }
.box.sidecar, .box.app { background: var(--surface); }
.swatch { display: inline-block; width: .75rem; height: .75rem; margin-right: .5rem; border-radius: 3px; }
table { border-collapse: collapse; width: 100%; max-width: 34rem; font-size: .9375rem; }
caption { padding: .25rem 0; color: var(--muted); font-size: .875rem; text-align: left; }
th, td { padding: .25rem .5rem; border-bottom: 1px solid var(--line); text-align: left; font-weight: 400; }
thead th, tfoot th, tfoot td { font-weight: 600; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.steps { padding-left: 1.5rem; } .steps ul { padding-left: 1.25rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: 1rem; }
.card { padding: .25rem 1rem 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; }
.card h3 { margin: .75rem 0 .5rem; } .card dt { margin-top: .5rem; }
@media (max-width: 36rem) {
  body { padding: 1rem; }
  .chain li { flex-direction: column; align-items: stretch; gap: .25rem; width: 100%; }
  .chain { flex-direction: column; } .port::after { content: " \\2193"; }
  .box { max-width: none; }
  .part .tip { white-space: normal; width: max-content; max-width: 60vw; }
}
@media print {
  body { max-width: none; padding: 0; }
  .part, .swatch { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .container, .card, table, .bar-frame { break-inside: avoid; }
}
`
