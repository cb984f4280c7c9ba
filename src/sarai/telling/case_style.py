"""How the file of a case looks: light and dark, on paper, on a phone. Nothing is fetched from elsewhere."""

STYLE = """
:root { color-scheme: light dark;
  --paper: #ffffff; --ink: #1a222d; --quiet: #55606e; --line: #d9dee6; --panel: #f4f6f9;
  --accent: #2c5f93; --wrong: #a8371a; --wrong-paper: #fbe9e3; --right: #22683f; --bar: #a9c7e3 }
@media (prefers-color-scheme: dark) { :root {
  --paper: #12161c; --ink: #e8ecf2; --quiet: #a3aebb; --line: #2f3844; --panel: #1a2029;
  --accent: #82b4e6; --wrong: #f0937a; --wrong-paper: #35201a; --right: #7cc79a; --bar: #2f5478 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: break-word }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .2rem 0 .6rem }
h2 { font-size: 1.15rem; margin: 2.4rem 0 .7rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 0 }
p { margin: .4rem 0 }
a { color: var(--accent) }
.over { color: var(--quiet); font-size: .85rem; margin: 0 }
.lead { font-size: 1.08rem; max-width: 48rem }
.quiet { color: var(--quiet); font-size: .88rem }
.badge { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .82rem;
  font-weight: 600; border: 1px solid currentColor; color: var(--accent);
  margin: 0 .4rem .2rem 0; white-space: nowrap }
.badge.wrong { color: var(--wrong) }
.badge.right { color: var(--right) }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .8rem 1.5rem;
  margin: 1.1rem 0 0; padding: .9rem 1rem; background: var(--panel); border-radius: .5rem }
dl.facts dt { color: var(--quiet); font-size: .8rem }
dl.facts dd { margin: 0 }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th { white-space: nowrap; text-align: left; font-size: .8rem; color: var(--quiet); font-weight: 600 }
th, td { padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
td.key { white-space: nowrap }
td { overflow-wrap: anywhere }
tr.sum td { font-weight: 700; border-bottom: 0 }
.bar { display: block; height: .35rem; margin-top: .35rem; border-radius: .2rem; background: var(--bar) }
ol.time { list-style: none; margin: 0; padding: 0 }
ol.time li { display: grid; grid-template-columns: 9.8rem minmax(0, 1fr); gap: .3rem 1rem;
  padding: .5rem .6rem .5rem .8rem; border-left: 3px solid var(--line) }
ol.time li.alert { border-color: var(--wrong); background: var(--wrong-paper) }
ol.time li.diversion, ol.time li.seizure { border-color: var(--wrong) }
ol.time li.step { border-color: var(--accent) }
time { color: var(--quiet); font-size: .85rem; font-variant-numeric: tabular-nums; white-space: nowrap }
.kind { font-weight: 600 }
.noticed { color: var(--wrong); font-size: .88rem }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem; margin: .7rem 0 }
article header { display: flex; flex-wrap: wrap; gap: .1rem .8rem; align-items: baseline }
details { margin-top: .5rem }
summary { cursor: pointer; color: var(--accent); font-size: .88rem }
pre { margin: .4rem 0; padding: .7rem .8rem; background: var(--panel); border-radius: .4rem;
  font-size: .78rem; line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere;
  font-family: ui-monospace, "DejaVu Sans Mono", monospace }
figure { margin: 0; overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem }
figure svg { display: block; min-width: 46rem; max-width: 100%; height: auto }
@media (max-width: 40rem) {
  main { padding: 1rem .8rem 3rem }
  h1 { font-size: 1.3rem }
  ol.time li { grid-template-columns: 1fr }
  table.stack thead { display: none }
  table.stack tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line) }
  table.stack td { display: block; border: 0; padding: .1rem 0; text-align: left; white-space: normal }
  table.stack td[data-label]:not(:empty)::before { content: attr(data-label) ": "; color: var(--quiet);
    font-size: .8rem }
}
@media print {
  :root { --paper: #fff; --ink: #000; --quiet: #444; --line: #bbb; --panel: #f3f3f3; --accent: #000;
    --wrong: #8a2a10; --wrong-paper: #fff; --right: #000 }
  body { font-size: 10pt }
  main { max-width: none; padding: 0 }
  h2 { break-after: avoid }
  article header, ol.time li, tr { break-inside: avoid }
  td.key { white-space: normal }
  figure { overflow: visible; border: 0 }
  figure svg { min-width: 0; max-width: 100%; height: auto }
  details::details-content { content-visibility: visible; display: block }
  a.save { display: none }
}
"""
