"""How a report on flows looks: on a desk, a phone and paper. Colours are those of its charts."""

STYLE = """
:root { color-scheme: light dark }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", "Liberation Sans", sans-serif;
  overflow-wrap: break-word }
main, nav, body > header, body > footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem }
body > header { padding-top: 2rem }
body > footer { padding-bottom: 3rem }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .2rem 0 .6rem }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .6rem }
p { margin: .5rem 0 }
a { color: var(--accent) }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px }
.over, .quiet { color: var(--quiet); font-size: .875rem }
.over { margin: 0 }
.question { font-size: 1.1875rem; line-height: 1.45; margin: 0 0 .8rem; max-width: 44rem }
nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1rem; list-style: none;
  margin: 1.2rem 0 0; padding: .5rem 0 0;
  border-top: 1px solid var(--line); font-size: .875rem }
nav a { display: inline-block; padding: .2rem 0 }
section { background: var(--surface); border: 1px solid var(--line); border-radius: .5rem;
  padding: 1.25rem; margin: 1.25rem 0; scroll-margin-top: 1rem }
.lacking { color: var(--quiet); border-left: 3px solid var(--edge); padding-left: .8rem }
ul.said { margin: 0; padding-left: 1.2rem }
ul.said li { margin: .4rem 0 }
.wide { overflow-x: auto; margin-top: .8rem }
table { border-collapse: collapse; width: 100%; font-size: .875rem }
caption { text-align: left; color: var(--quiet); padding-bottom: .3rem }
th { text-align: left; color: var(--quiet); font-weight: 600; vertical-align: bottom }
th, td { padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line) }
td { vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.hole { color: var(--quiet); font-style: italic; white-space: normal }
.period { white-space: nowrap }
.flag { font-weight: 600; color: var(--serious) }
figure { margin: 1rem 0 0; max-width: 48rem }
figure svg { display: block; width: 100%; height: auto }
svg.narrow { display: none }
details { margin-top: .5rem; font-size: .875rem }
summary { cursor: pointer; color: var(--accent); padding: .3rem 0 }
.bounded { max-height: 24rem; overflow: auto }
dl.method { margin: 1rem 0 0; padding-top: .8rem; border-top: 1px solid var(--line) }
dl.method dt { font-weight: 600 }
dl.method dd { margin: .2rem 0; font-size: .875rem }
.formula { margin: .5rem 0; overflow-x: auto }
.formula svg { display: block; margin: .35rem 0; color: var(--ink) }
code { font-family: ui-monospace, "Cascadia Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace;
  font-size: .8125rem; white-space: pre-wrap; overflow-wrap: anywhere }
@media screen and (max-width: 40rem) {
  main, nav, body > header, body > footer { padding-left: .75rem; padding-right: .75rem }
  section { padding: .9rem .75rem }
  h1 { font-size: 1.4rem }
  svg.wide-only { display: none }
  svg.narrow { display: block }
  table.stack thead { display: none }
  table.stack, table.stack caption, table.stack tbody { display: block }
  table.stack tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line) }
  table.stack td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .12rem 0;
    text-align: right; white-space: normal }
  table.stack td::before { content: attr(data-label); color: var(--quiet); text-align: left; font-weight: 400;
    font-style: normal }
}
@media print {
  :root { color-scheme: light }
  body { background: none; font-size: 10pt }
  main, body > header, body > footer { max-width: none; padding: 0 }
  table { font-size: 7.5pt }
  th, td { padding-right: .4rem }
  nav, summary, details { display: none }
  section { border: 0; padding: 0; margin: 1.5rem 0 }
  h2, caption { break-after: avoid }
  figure, tr, li, dl.method { break-inside: avoid }
  .wide, .bounded { overflow: visible; max-height: none }
}
"""
