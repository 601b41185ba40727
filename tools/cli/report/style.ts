/** How the page looks: light and dark, on paper, and on a phone. The page names its hash, so that nothing else styles it. */
export const style = `
:root{color-scheme:light dark;--page:#fbfbf9;--card:#fff;--ink:#1d2433;--soft:#566072;--line:#dfe2e8;--strong:#c6cbd5;--link:#1f4fa8;--head:#f2f3f5;
--yes:#0f5a36;--yes-bg:#e5f4ea;--part:#714a00;--part-bg:#fdf1d8;--no:#626b7b;--gain:#8a1c5b;--gain-bg:#fce9f3;--lost:#285a8f;--lost-bg:#e6f0fa;--mark:#fff5c9}
@media (prefers-color-scheme:dark){:root{--page:#14171d;--card:#1b1f27;--ink:#e6e9ef;--soft:#a8b1c0;--line:#2d333f;--strong:#434b5a;--link:#9dc0ff;--head:#232934;
--yes:#8fdcae;--yes-bg:#173426;--part:#f3cd83;--part-bg:#382b12;--no:#98a2b3;--gain:#ffa9d3;--gain-bg:#40182e;--lost:#a5cdf7;--lost-bg:#16304a;--mark:#3d3612}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:9}
header,main,footer{max-width:88rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.25rem}footer{padding-bottom:3rem;color:var(--soft);font-size:.875rem}
h1{font-size:1.75rem;line-height:1.2;letter-spacing:-.015em;margin:0 0 .35rem}
h2{font-size:1.25rem;line-height:1.3;margin:2.5rem 0 .75rem}
h3{font-size:1rem;margin:0}
p{margin:.5rem 0;max-width:72ch}
a{color:var(--link);text-underline-offset:.15em;text-decoration-thickness:.06em}
a:focus-visible,summary:focus-visible,.box:focus-visible{outline:.15rem solid var(--link);outline-offset:.15rem;border-radius:.2rem}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875em}
.soft{color:var(--soft)}
.facts{display:grid;gap:.4rem;margin:1.5rem 0;padding:1rem 1.25rem;background:var(--card);border:1px solid var(--line);border-radius:.6rem}
.facts div{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:0 1.5rem}.facts dt{grid-row:1/99;color:var(--soft)}.facts dd{grid-column:2;margin:0;overflow-wrap:anywhere}
nav ul{list-style:none;padding:0;margin:0;display:flex;flex-wrap:wrap;gap:.35rem .9rem}
nav a,.areas a{display:inline-block;padding:.15rem 0}
.legend{list-style:none;padding:0;margin:.75rem 0;display:grid;gap:.4rem;max-width:80ch}
.legend li{display:grid;grid-template-columns:8rem minmax(0,1fr);align-items:baseline}.legend .w{justify-self:start}
details{margin:.75rem 0;border:1px solid var(--line);border-radius:.6rem;background:var(--card)}
summary{cursor:pointer;padding:.7rem 1.1rem;display:flex;flex-wrap:wrap;gap:.2rem .9rem;align-items:baseline;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:"\\25B8";color:var(--soft);flex:none}details[open]>summary::before{content:"\\25BE"}
summary h3{display:inline-block}.area h3::first-letter,.areas a::first-letter{text-transform:uppercase}summary .soft{font-size:.875rem}
.in{padding:0 1.1rem .9rem}
.box{overflow:auto;max-height:min(80vh,50rem);border-top:1px solid var(--line)}
.plain .box{border:1px solid var(--line);border-radius:.6rem;background:var(--card);max-height:none}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.875rem;line-height:1.35}
caption{position:absolute;left:-999rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .75rem;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
thead th{position:sticky;top:0;z-index:2;background:var(--head);border-bottom:1px solid var(--strong);font-weight:600;min-width:9.5rem;max-width:18rem;overflow-wrap:anywhere;vertical-align:bottom}
thead th small{display:block;font-weight:400;color:var(--soft)}thead th span.m{display:block}thead .m+.m,thead .m+small{margin-top:.3rem;padding-top:.3rem;border-top:1px dotted var(--strong)}
tbody th{position:sticky;left:0;z-index:1;background:var(--card);font-weight:500;border-right:1px solid var(--line);overflow-wrap:break-word;min-width:14rem;max-width:22rem}
thead th:first-child{left:0;z-index:3;border-right:1px solid var(--line)}
td.n,thead th.n{text-align:right;min-width:6rem;font-variant-numeric:tabular-nums;white-space:nowrap}
.w{display:inline-block;white-space:nowrap;border-radius:1rem;padding:.05rem .6rem;font-weight:600;text-decoration:none}
.w i{font-style:normal;font-weight:400;margin-right:.3em}
a.w:hover{text-decoration:underline}
.a{color:var(--yes);background:var(--yes-bg)}.s{color:var(--part);background:var(--part-bg)}.v{color:var(--no);font-weight:400}
.g{color:var(--gain);background:var(--gain-bg)}.l{color:var(--lost);background:var(--lost-bg)}
td small{display:block;margin:.15rem 0 0 .6rem;color:var(--soft);font-size:.8125rem;overflow-wrap:anywhere;max-width:18rem}
.why{list-style:none;margin:0;padding:0}
.why>li{padding:.75rem 1.1rem;border-top:1px solid var(--line)}.why p{margin:.25rem 0;max-width:none;font-size:.875rem}.why details{border:0;margin:.25rem 0;background:none;font-size:.875rem;color:var(--soft)}.why summary{padding:0}
.why ul,.plainlist{list-style:disc;margin:.3rem 0;padding-left:1.2rem}.why ul li{padding:.1rem 0}
.why>li:target,.policy:target{background:var(--mark);box-shadow:inset .25rem 0 var(--link)}
pre{margin:.4rem 0 0;padding:.6rem .75rem;background:var(--page);border:1px solid var(--line);border-radius:.4rem;overflow-wrap:anywhere;white-space:pre-wrap;tab-size:2}
pre b{font-weight:400;color:var(--soft);user-select:none;display:inline-block;min-width:3.5ch;padding-right:1.5ch;text-align:right}
.policy{padding:.6rem 1.1rem;border-top:1px solid var(--line)}
@media (max-width:40rem){header,main,footer{padding-left:1rem;padding-right:1rem}header{padding-top:1.25rem}h1{font-size:1.4rem}
tbody th,thead th:first-child{min-width:8.5rem;max-width:42vw}th,td{padding:.4rem .55rem}thead th{min-width:8rem}.facts div{grid-template-columns:minmax(0,1fr)}.facts dt{grid-row:auto;font-size:.8125rem}.facts dd{grid-column:1}.legend li{grid-template-columns:minmax(0,1fr);gap:.1rem}}
@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--strong:#888;--link:#000;--head:#eee;--yes:#0f5a36;--yes-bg:#fff;--part:#714a00;--part-bg:#fff;--no:#555;--gain:#8a1c5b;--gain-bg:#fff;--lost:#285a8f;--lost-bg:#fff;--mark:#fff}
@page{size:landscape;margin:1.2cm}body{font-size:9pt}header,main,footer{max-width:none;padding:0}nav,.skip{display:none}
.box{max-height:none;overflow:visible}thead th,tbody th{position:static}thead{display:table-header-group}tr,.why li,.policy{break-inside:avoid}h2,summary{break-after:avoid}
details::details-content{content-visibility:visible;height:auto}a{text-decoration:none}thead th,tbody th{min-width:0}}
`;
