/** Where the pages' style sheet is. */
export const STYLES_PATH = '/sandbox.css'

/** The pages' style sheet. No font, image or script from anywhere. */
export const STYLES = `:root{--ink:#1b2733;--quiet:#5b6875;--line:#d5dce3;--main:#1f5f99;--soft:#eef4f9}
*{box-sizing:border-box}
body{margin:0;background:#f3f5f7;color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
.warning{margin:0;padding:.6rem 1rem;background:#5a3d00;color:#fff;text-align:center;font-size:.875rem}
main{max-width:34rem;margin:2rem auto;padding:1.75rem 2rem 2rem;background:#fff;border:1px solid var(--line);border-radius:12px;box-shadow:0 6px 24px rgba(27,39,51,.07)}
header{display:flex;align-items:center;gap:.6rem;color:var(--quiet);font-weight:600;font-size:.9rem}
.mark{width:1.5rem;height:1.5rem;border-radius:50%;background:radial-gradient(circle at 50% 38%,#fff 0 22%,transparent 23%),radial-gradient(ellipse at 50% 95%,#fff 0 38%,transparent 39%),var(--main)}
h1{margin:1rem 0 .25rem;font-size:1.6rem;line-height:1.25}
h2{margin:2rem 0 .5rem;font-size:1rem}
p{margin:.4rem 0 1rem}
label{display:block;margin-bottom:.3rem;font-weight:600}
input[name=individual_id]:not([type=hidden]),input[name=code]{width:100%;padding:.65rem .75rem;border:1px solid #8896a3;border-radius:8px;font:inherit;font-variant-numeric:tabular-nums;letter-spacing:.04em}
input:focus-visible,button:focus-visible{outline:3px solid #7db4e6;outline-offset:1px}
.buttons{display:flex;flex-wrap:wrap;gap:.6rem;margin-top:1rem}
button{padding:.6rem 1rem;border:1px solid var(--main);border-radius:8px;background:var(--main);color:#fff;font:inherit;font-weight:600;cursor:pointer}
button:hover{filter:brightness(.94)}
button.second{background:#fff;color:var(--main)}
button.quiet{border-color:transparent;background:none;color:var(--quiet)}
small{font-weight:400;font-size:.8rem}
.people{display:grid;gap:.4rem}
button.person{display:grid;grid-template-columns:1fr auto;gap:0 1rem;padding:.55rem .8rem;border-color:var(--line);background:#fff;color:var(--ink);text-align:start;font-weight:400}
button.person:hover{background:var(--soft);filter:none}
button.person span{color:var(--quiet);font-variant-numeric:tabular-nums}
button.person small{grid-column:1/-1;color:var(--quiet)}
.telephone{display:grid;gap:.2rem;padding:.8rem 1rem;border:1px dashed #8896a3;border-radius:8px;background:var(--soft)}
.telephone output{font-size:1.5rem;font-weight:700;letter-spacing:.2em;font-variant-numeric:tabular-nums}
.problem{padding:.6rem .8rem;border-inline-start:4px solid #b3261e;background:#fdecea;color:#7a1710}
.claims{margin:0;padding:0;list-style:none;border:1px solid var(--line);border-radius:8px}
.claims li+li{border-top:1px solid var(--line)}
.claims label{display:grid;grid-template-columns:auto 11rem 1fr;gap:.6rem;align-items:baseline;margin:0;padding:.6rem .8rem;font-weight:400}
.claims small{color:var(--quiet)}
.claims .value{overflow-wrap:anywhere;color:var(--quiet)}
@media(max-width:36rem){main{margin:0;border-radius:0;border-width:1px 0}.claims label{grid-template-columns:auto 1fr}.claims .value{grid-column:2}}
`
