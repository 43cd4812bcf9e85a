#include "server/web/html.h"

namespace maillage::web {

// Contrasts of 7 and more; readable at 320 pixels and at twice the size; no font
// is loaded.
const char kStyleSheet[] =
    R"css(:root { color-scheme: light dark; --ink: #1b1f26; --quiet: #4a5361; --paper: #ffffff;
  --page: #f2f4f7; --accent: #1f4e8c; --on-accent: #ffffff; --box: #eef3fa; --line: #6b7686;
  --bad: #8c1d18; --bad-box: #fdecea; --good: #14532d; --good-box: #e8f5ec; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --quiet: #b9c2ce; --paper: #1d222a;
  --page: #14171c; --accent: #9cc3ff; --on-accent: #10213b; --box: #22304a; --line: #8b96a6;
  --bad: #ffb4ab; --bad-box: #3b1512; --good: #a6e3b8; --good-box: #12301d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 1.0625rem/1.55 Georgia, "Times New Roman", serif; }
header, main, footer { max-width: 44rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem;
  font-family: Arial, Helvetica, sans-serif; font-size: 0.9375rem; }
header p { margin: 0; font-weight: bold; }
main { background: var(--paper); padding: 1.5rem 1.25rem 2rem; border-top: 4px solid var(--accent); }
@media (min-width: 40rem) { main { padding: 2.25rem 2.75rem 2.75rem; } }
footer { color: var(--quiet); font: 0.875rem/1.5 Arial, Helvetica, sans-serif; }
h1 { margin: 0 0 1.25rem; font-size: 1.625rem; line-height: 1.25; }
h2 { margin: 2rem 0 0.75rem; font-size: 1.25rem; }
a { color: var(--accent); }
.skip { position: absolute; left: -100vw; padding: 0.5rem 1rem; background: var(--accent);
  color: var(--on-accent); }
.skip:focus { left: 0; }
.event { margin: 0 0 1.5rem; padding: 1rem 1.25rem; background: var(--box);
  border-left: 4px solid var(--accent); }
.event p { margin: 0; }
.event-title { font-weight: bold; font-size: 1.125rem; }
.problem, .done { margin: 0 0 1.25rem; padding: 0.75rem 1rem; border-left: 4px solid;
  font-family: Arial, Helvetica, sans-serif; }
.problem { color: var(--bad); background: var(--bad-box); }
.done { color: var(--good); background: var(--good-box); }
.letter { overflow-wrap: anywhere; }
.signatures { list-style: none; display: flex; flex-wrap: wrap; gap: 1.25rem; padding: 0; }
.signatures li { flex: 1 1 14rem; }
form { font-family: Arial, Helvetica, sans-serif; font-size: 1rem; }
fieldset { margin: 0 0 1.25rem; padding: 0.75rem 1rem; border: 1px solid var(--line); }
legend { padding: 0 0.375rem; font-weight: bold; }
form p { margin: 0 0 0.875rem; }
form label { display: block; margin: 0 0 0.25rem; }
.choice { display: flex; gap: 0.625rem; align-items: flex-start; margin: 0 0 0.5rem; }
.choice label { margin: 0; padding: 0.125rem 0; }
.choice input { flex: none; width: 1.5rem; height: 1.5rem; margin: 0; }
input, select, textarea { font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--line); padding: 0.5rem 0.625rem; }
input:not([type=radio]):not([type=checkbox]), textarea { width: 100%; }
.hint { display: block; margin: 0.25rem 0 0; color: var(--quiet); font-size: 0.9375rem; }
button { font: inherit; font-weight: bold; min-height: 2.75rem; padding: 0.5rem 1.25rem;
  border: 2px solid var(--accent); background: var(--accent); color: var(--on-accent);
  cursor: pointer; }
button.quiet { background: transparent; color: var(--accent); font-weight: normal; }
.objections { list-style: none; padding: 0; }
.objections form { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center;
  justify-content: space-between; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
)css";

}  // namespace maillage::web
