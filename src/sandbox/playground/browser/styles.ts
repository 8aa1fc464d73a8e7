/** The page's style sheet: system fonts, nothing from anywhere else. */
export const PLAYGROUND_STYLES = `:root{--ink:#1f2429;--quiet:#5f6670;--line:#dcdfe4;--main:#1447b9;--main-dark:#0d3691;--main-soft:#e7f0fc;--green:#1d7e5e;--green-soft:#effaf5;--orange:#a34f14;--orange-soft:#fef6ea;--red:#b02525;--red-soft:#fdf3f3;--back:#f5f6f8}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;min-height:100vh;background:var(--back);color:var(--ink);font:16px/1.5 "Noto Sans",system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.notice{margin:0;padding:.45rem 1rem;background:repeating-linear-gradient(-45deg,#5a3d00 0 14px,#6b4900 14px 28px);color:#fff;text-align:center;font-size:.875rem}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.icon{width:1.25em;height:1.25em;flex:none;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.bar{position:sticky;top:0;z-index:2;display:flex;align-items:center;gap:1rem;padding:.6rem 1.25rem;background:#fff;border-bottom:1px solid var(--line)}
.brand{display:flex;align-items:center;gap:.6rem;color:inherit;font-weight:700;text-decoration:none}
.mark{width:1.6rem;height:1.6rem;border-radius:6px;background:linear-gradient(135deg,var(--main) 0 50%,#4c7be0 50%)}
.record{color:var(--quiet);font:.78rem ui-monospace,SFMono-Regular,Menlo,monospace;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.tools .button{min-height:2.2rem;padding:.3rem .7rem;font-size:.9rem}
.tools{display:flex;align-items:center;gap:.5rem;margin-inline-start:auto}
.switch{display:inline-flex;align-items:center;gap:.5rem;padding:.35rem .7rem .35rem .5rem;border:1px solid var(--line);border-radius:99px;background:#fff;color:var(--ink);font-family:inherit;font-size:.85rem;font-weight:600;line-height:1.4;cursor:pointer}
.knob{position:relative;width:2rem;height:1.15rem;border-radius:99px;background:#9aa1ab;transition:background .15s}
.knob::after{content:"";position:absolute;top:2px;inset-inline-start:2px;width:calc(1.15rem - 4px);height:calc(1.15rem - 4px);border-radius:50%;background:#fff;transition:transform .15s}
.switch[aria-checked=true] .knob{background:var(--green)}
.switch[aria-checked=true] .knob::after{transform:translateX(.85rem)}
.frame{display:flex;align-items:flex-start}
.page{flex:1;min-width:0;width:100%;max-width:48rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
.card{margin:0 0 1.25rem;padding:2rem 2.25rem;background:#fff;border:1px solid var(--line);border-radius:6px}
.step{margin:0;color:var(--quiet);font-size:.85rem}
h1{margin:.1rem 0 1.5rem;font-size:1.6rem;line-height:1.3;outline:none}
h2{margin:0 0 .75rem;font-size:1.1rem}
.review-title{margin:.5rem 0 1rem}
.fields{display:flex;flex-direction:column}
.field{margin:0 0 1.5rem}
.heading{margin:.5rem 0 1rem}
.divider{width:100%;margin:.25rem 0 1.5rem;border:0;border-top:1px solid var(--line)}
label,.label{display:flex;align-items:center;gap:.35rem;margin:0 0 .35rem;font-weight:600}
.star{color:var(--red);margin-inline-start:-.2rem}
.lock{display:inline-flex;color:var(--quiet);font-size:.85rem}
.hint{margin:0 0 .4rem;color:var(--quiet);font-size:.9rem}
.error{margin:.35rem 0 0;color:var(--red);font-size:.9rem;font-weight:600}
input:not([type=checkbox],[type=radio],[type=hidden]),select,textarea{width:100%;padding:.6rem .75rem;border:1.5px solid #7b828c;border-radius:4px;background:#fff;color:var(--ink);font:inherit}
input:disabled,select:disabled,textarea:disabled{border-color:var(--line);background:#f0f1f3;color:#3c434b;opacity:1;-webkit-text-fill-color:#3c434b}
.wrong input,.wrong select,.wrong textarea{border-color:var(--red)}
:focus-visible{outline:3px solid #f0b429;outline-offset:1px}
h1:focus-visible{outline:none}
.parts{display:grid;gap:1rem}
.parts label{font-weight:400}
.part{margin:0}
.choices{display:grid;gap:.5rem}
.choice{font-weight:400}
.box{padding:1.25rem 1.25rem 1.35rem;border:1px solid #c5d8f7;border-radius:6px;background:#f3f7fe}
.methods{display:grid;gap:.75rem;margin-top:.75rem}
.methods:first-child{margin-top:0}
.button{display:inline-flex;align-items:center;justify-content:center;gap:.5rem;min-height:2.6rem;padding:.5rem 1.1rem;border:1.5px solid transparent;border-radius:4px;background:none;color:var(--main);font-family:inherit;font-size:1rem;font-weight:600;line-height:1.3;text-decoration:none;cursor:pointer}
.wide{width:100%;min-height:3rem}
.primary{background:var(--main);color:#fff}
.primary:hover{background:var(--main-dark)}
.second{border-color:var(--main);background:#fff}
.second:hover{background:var(--main-soft)}
.quiet:hover,.link:hover{background:var(--main-soft)}
.danger{background:var(--red);color:#fff}
.danger:hover{background:#8e1b1b}
.link{min-height:0;font-size:.95rem;padding:.25rem .4rem;margin-inline-start:-.4rem}
.page>.link{margin-bottom:.6rem}
.button:disabled,.button[aria-disabled=true]{border-color:transparent;background:#e3e5e9;color:#5f6670;cursor:not-allowed}
.button small{font-weight:400}
.buttons{display:grid;gap:.75rem;margin-top:.5rem}
.banner{overflow:hidden;border:1px solid var(--tone);border-radius:6px;--tone:var(--main);--soft:var(--main-soft)}
.banner.authenticated,.pill.authenticated{--tone:var(--green);--soft:var(--green-soft)}
.banner.pending,.pill.pending{--tone:var(--orange);--soft:var(--orange-soft)}
.banner.failed,.pill.failed{--tone:var(--red);--soft:var(--red-soft)}
.banner header{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.5rem;padding:.75rem 1rem;background:var(--soft);border-bottom:1px solid var(--tone)}
.banner p{margin:0;padding:1rem 1rem .25rem}
.banner footer{display:flex;justify-content:flex-end;padding:.5rem 1rem 1rem}
.pill{display:inline-flex;align-items:center;gap:.3rem;padding:.15rem .75rem .15rem .55rem;border-radius:99px;background:var(--tone,var(--main));color:#fff;font-size:.875rem;font-weight:700}
.loading{display:flex;align-items:center;gap:.75rem;margin:.25rem 0 0}
.spinner{width:1.5rem;height:1.5rem;border:3px solid #c5d8f7;border-top-color:var(--main);border-radius:50%;animation:turn .9s linear infinite}
@keyframes turn{to{transform:rotate(1turn)}}
@media(prefers-reduced-motion:reduce){.spinner{animation-duration:4s}}
.missing{padding:.75rem 1rem;border:1px dashed #9aa1ab;border-radius:4px;color:var(--quiet)}
.card-header{display:flex;align-items:baseline;justify-content:space-between}
.rows{margin:0}
.rows>div{display:grid;grid-template-columns:14rem 1fr;gap:1rem;padding:.65rem 0;border-top:1px solid var(--line)}
.rows dt{font-weight:600}
.rows dd{display:flex;flex-wrap:wrap;align-items:center;gap:.6rem;margin:0;overflow-wrap:anywhere}
.rows dd .error{margin:0}
.none{color:var(--quiet)}
.reasons ul{margin:.25rem 0 1rem;padding-inline-start:1.25rem}
.reasons em{color:var(--quiet)}
.crash{border-color:var(--red)}
.stopped{padding:.75rem 1rem;border-inline-start:4px solid var(--red);background:var(--red-soft)}
.people{margin:0;padding:0;list-style:none}
.people li{display:grid;padding:.55rem 0;border-top:1px solid var(--line)}
.people small,.sample small{display:block;color:var(--quiet);font-size:.85rem;font-weight:400}
code,pre{font:.8rem/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
pre{margin:.5rem 0 1rem;padding:.75rem;border:1px solid var(--line);border-radius:4px;background:#f7f8fa;white-space:pre-wrap;overflow-wrap:anywhere}
.drawer{position:sticky;top:3.7rem;flex:none;width:25rem;height:calc(100vh - 3.7rem);padding:1.25rem;overflow:auto;background:#fff;border-inline-start:1px solid var(--line);font-size:.9rem}
.drawer h3{margin:1rem 0 .35rem;font-size:.9rem}
.drawer ul{margin:0;padding-inline-start:1.1rem}
.drawer p{margin:.15rem 0}
.calls{padding:0!important;list-style:none}
.calls li{padding:.5rem 0;border-top:1px solid var(--line)}
.calls code{display:block;overflow-wrap:anywhere;color:var(--quiet)}
.calls .word{padding:0 .4rem;border-radius:3px;background:var(--main-soft)}
.dialog{width:min(34rem,calc(100vw - 2rem));max-height:calc(100vh - 3rem);padding:1.5rem;border:0;border-radius:8px;box-shadow:0 20px 60px rgba(15,23,42,.35);color:var(--ink)}
.dialog::backdrop{background:rgba(15,23,42,.55)}
.dialog p{margin:.25rem 0 1rem}
.dialog-actions{display:flex;justify-content:flex-end;gap:.5rem;margin-top:1.25rem}
.samples{display:grid;gap:.5rem;max-height:18rem;margin-bottom:1rem;overflow:auto}
.sample{display:flex;align-items:center;gap:.75rem;padding:.6rem .75rem;border:1px solid var(--line);border-radius:4px;background:#fff;color:inherit;font:inherit;text-align:start;cursor:pointer}
.sample:hover{border-color:var(--main);background:var(--main-soft)}
.sample .icon{width:1.6rem;height:1.6rem;color:var(--main)}
.dialog textarea{font:.85rem/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
.dialog .hint{margin:.4rem 0 0}
.hint.error{color:var(--red)}
@media(max-width:60rem){.with-drawer .frame{display:block}.with-drawer .drawer{position:static;width:auto;height:auto;border-top:1px solid var(--line)}}
@media(max-width:40rem){.card{padding:1.25rem}.page{padding-inline:.5rem}.record{display:none}.rows>div{grid-template-columns:1fr;gap:.1rem}.bar{flex-wrap:wrap}}
`
