/** Styles of the report: light and dark, on paper, on a phone. */
export const style = `
:root { color-scheme: light dark;
  --paper: #fff; --card: #f5f7f9; --ink: #17212b; --faint: #52606d; --line: #d5dce3; --link: #0b5cad;
  --good: #1b6e3c; --good-soft: #d7f0df; --bad: #b3261e; --bad-soft: #fbe0dd; --open: #7a5200; --open-soft: #fdeecb; --left-soft: #e9edf1; --bar: #2f74b5; --critical: #b4531a; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #12181e; --card: #1b242d; --ink: #e6ebf0; --faint: #a5b1bd; --line: #35424e; --link: #7db8f0;
  --good: #7fd6a0; --good-soft: #16402a; --bad: #ff9d94; --bad-soft: #5a1f1b; --open: #f2c46d; --open-soft: #4b3710; --left-soft: #2a3640; --bar: #5c9ddb; --critical: #e8915a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); } h1 { font-size: 1.6rem; line-height: 1.2; margin: .5rem 0 .25rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; } p { margin: .4rem 0; } .faint { color: var(--faint); font-size: .9rem; }
.skip { position: absolute; left: -99rem; } .skip:focus { position: static; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; margin: .75rem 0; }
.verdict { border-radius: .5rem; padding: .8rem 1rem; font-size: 1.15rem; font-weight: 600; margin: 1rem 0; }
.verdict.good { background: var(--good-soft); color: var(--good); } .verdict.bad { background: var(--bad-soft); color: var(--bad); } .verdict.open { background: var(--open-soft); color: var(--open); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.facts > div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; }
.facts dt { color: var(--faint); font-size: .85rem; } .facts dd { margin: 0; font-size: 1.15rem; font-weight: 600; }
dl.list { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .35rem 1rem; margin: 0; } dl.list dt { color: var(--faint); } dl.list dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; } th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 600; white-space: nowrap; } td.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } code, pre { font: .88rem/1.45 ui-monospace, "Liberation Mono", monospace; } pre { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .6rem .8rem; white-space: pre-wrap; margin: .4rem 0; }
.state { display: inline-block; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; font-weight: 600; white-space: nowrap; background: var(--left-soft); color: var(--ink); }
.state.done, .state.ok { background: var(--good-soft); color: var(--good); } .state.failed { background: var(--bad-soft); color: var(--bad); } .state.running, .state.cut { background: var(--open-soft); color: var(--open); }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; background: var(--card); } details > div { padding: 0 .9rem .8rem; }
summary { cursor: pointer; padding: .55rem .9rem; } summary .count { color: var(--faint); font-size: .9rem; }
svg { display: block; max-width: none; height: auto; margin: .5rem 0; } svg text { font-family: system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; fill: var(--ink); }
svg .node path, svg .node polygon { fill: var(--left-soft); stroke: var(--line); } svg .edge path { stroke: var(--faint); } svg .edge polygon { fill: var(--faint); stroke: var(--faint); }
svg .node.done path { fill: var(--good-soft); stroke: var(--good); } svg .node.failed path { fill: var(--bad-soft); stroke: var(--bad); stroke-width: 2.5; } svg .node.running path, svg .node.cut path { fill: var(--open-soft); stroke: var(--open); stroke-width: 2.5; stroke-dasharray: 5 3; }
.bars td { padding-right: .5rem; } .bars td:last-child { width: 50%; padding-right: 0; } .lane { position: relative; height: 1.15rem; background: var(--left-soft); border-radius: .2rem; }
.lane span { position: absolute; top: .15rem; bottom: .15rem; min-width: 3px; background: var(--bar); border-radius: .15rem; opacity: .75; } .lane span.critical { background: var(--critical); opacity: 1; } .lane span.away { background: var(--bad); }
.key { display: inline-block; width: .9rem; height: .8rem; border-radius: .15rem; vertical-align: -.05rem; background: var(--bar); } .key.critical { background: var(--critical); } .key.away { background: var(--bad); }
@media (max-width: 40rem) { body { padding: .75rem .75rem 3rem; } h1 { font-size: 1.35rem; } dl.list { grid-template-columns: 1fr; gap: 0; } dl.list dd { margin-bottom: .5rem; }
  .steps thead, .plain thead { display: none; } .steps tr, .plain tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); } .steps td, .plain td, .plain th { display: block; border: 0; padding: .1rem 0; white-space: normal; }
  .bars td:nth-child(2), .bars thead th:nth-child(2) { display: none; } .bars td:last-child { width: 45%; } th { white-space: normal; } }
@media print { :root { --paper: #fff; --card: #fff; --ink: #000; --faint: #444; --line: #bbb; } body { max-width: none; padding: 0; font-size: 10pt; } nav, .skip { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } details, tr { break-inside: avoid; } details:has(table) { break-inside: auto; } details::details-content { content-visibility: visible; block-size: auto; } .scroll { overflow: visible; } svg { max-width: 100%; } h2 { break-after: avoid; } }
`;
