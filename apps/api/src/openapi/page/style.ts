/** The page's looks: the system's own fonts, light and dark, one column on a phone. */
export const STYLE = `
:root { color-scheme: light dark; --text: light-dark(#1b1f24, #e6e9ee); --quiet: light-dark(#59636e, #9aa5b1);
  --ground: light-dark(#ffffff, #14171c); --raised: light-dark(#f4f6f8, #1d2229); --line: light-dark(#d5dae0, #333b45);
  --link: light-dark(#0a58ca, #7db4ff); }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--ground); }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--ground); z-index: 1; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; padding: 1rem 1.5rem; border-bottom: 1px solid var(--line); }
header h1 { margin: 0; font-size: 1.25rem; flex: 1 1 auto; }
.columns { display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
nav { padding: 1rem 1.5rem; border-right: 1px solid var(--line); position: sticky; top: 0; max-height: 100vh; overflow-y: auto; font-size: .9rem; }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; }
nav li { margin: .3rem 0; overflow-wrap: anywhere; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav h2 { font-size: .95rem; margin: 1rem 0 .25rem; }
main { padding: 1rem 2rem 4rem; max-width: 60rem; }
h2 { margin-top: 3rem; } h3 { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
h4 { margin: 1.25rem 0 .25rem; font-size: 1rem; }
code, pre { font: .875em/1.5 ui-monospace, monospace; }
code { background: var(--raised); padding: .1em .3em; border-radius: .25em; overflow-wrap: anywhere; }
pre { background: var(--raised); padding: 1rem; overflow-x: auto; border-radius: .5rem; margin: .5rem 0; }
summary { cursor: pointer; padding: .25rem 0; }
dl { margin: .25rem 0; } dt { margin-top: .5rem; } dd { margin: 0 0 0 1.25rem; }
.fields { border-left: 2px solid var(--line); padding-left: 1rem; }
.quiet { color: var(--quiet); }
.method { font-weight: 700; font-family: ui-monospace, monospace; font-size: .85em; }
@media (max-width: 52rem) { .columns { display: block; } main { padding: 1rem; }
  nav { position: static; max-height: none; border-right: 0; border-bottom: 1px solid var(--line); } }
@media print { nav, .skip { display: none; } }
`;
