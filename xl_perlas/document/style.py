"""The look of a page, on screens of any width and on A4 paper, in colour or not."""

from __future__ import annotations

#: Margins of the paper carry what `html.paper_margins` writes.
CSS = """
:root{--ink:#1c2733;--muted:#55616e;--line:#d8dee5;--soft:#f4f6f9;--blue:#0b4f8a;
--good:#1b6e3c;--goodbg:#e6f3ea;--bad:#a8331a;--badbg:#fbeae5;--watch:#7a5200;--watchbg:#fff3d9;--none:#4a5560;
--nonebg:#eef1f4}
*{box-sizing:border-box}
html{scroll-padding-top:3.6rem;-webkit-text-size-adjust:100%}
body{margin:0;background:#fff;color:var(--ink);font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,
'Helvetica Neue',Arial,sans-serif;overflow-wrap:break-word}
.page{max-width:1500px;margin:0 auto;padding:0 1.1rem 4rem}
header.cover{padding:2.2rem 0 1.2rem;border-bottom:3px solid var(--blue);margin-bottom:1.2rem}
.cover .kind{margin:0;color:var(--blue);font-weight:600;letter-spacing:.02em}
h1{font-size:clamp(1.5rem,1rem + 2.4vw,2.5rem);line-height:1.15;margin:.25rem 0 .4rem;letter-spacing:-.01em}
.cover .about{margin:0;color:var(--muted);max-width:none}
h2{font-size:1.55rem;line-height:1.2;margin:2.6rem 0 .8rem;padding-top:.4rem;letter-spacing:-.01em}
h3{font-size:1.14rem;margin:2rem 0 .6rem;line-height:1.3}
h3 .mark{display:inline-block;min-width:1.75em;padding:.1em .35em;margin-right:.5em;border-radius:.3em;
background:var(--blue);color:#fff;text-align:center}
p{margin:.6rem 0;max-width:75ch}
.quiet{color:var(--muted);font-size:.89rem}
.paper{display:none}
a{color:var(--blue)}
nav.contents{position:sticky;top:0;z-index:5;background:#fffffff5;border-bottom:1px solid var(--line);
margin:0 -1.1rem;padding:0 1.1rem}
nav.contents ul{display:flex;gap:.2rem;overflow-x:auto;list-style:none;margin:0;padding:.45rem 0;scrollbar-width:thin}
nav.contents a{display:block;white-space:nowrap;padding:.25rem .6rem;border-radius:.4rem;text-decoration:none;
color:var(--muted);font-size:.87rem}
nav.contents a:hover,nav.contents a:focus-visible{background:var(--soft);color:var(--blue)}
@media(min-width:1120px){
.page{display:grid;grid-template-columns:13.5rem minmax(0,1fr);column-gap:2.6rem}
header.cover{grid-column:1/-1}
nav.contents{align-self:start;max-height:100vh;overflow-y:auto;border:0;margin:0;padding:1rem 0}
nav.contents ul{flex-direction:column;overflow:visible}
nav.contents a{white-space:normal;line-height:1.3;padding:.35rem .6rem;border-left:2px solid var(--line);
border-radius:0}
html{scroll-padding-top:1rem}}
main{min-width:0}
main>section:first-child h2{margin-top:1rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(11.5rem,1fr));gap:.8rem;margin:1rem 0}
.card{border:1px solid var(--line);border-left:5px solid var(--none);border-radius:.5rem;padding:.7rem .9rem .75rem}
.card .label{margin:0;color:var(--muted);font-size:.85rem}
.card .figure{margin:.1rem 0;font-size:1.75rem;font-weight:650;line-height:1.15;font-variant-numeric:tabular-nums}
.card .remark{margin:0;color:var(--muted);font-size:.85rem;line-height:1.35}
.card.good{border-left-color:var(--good)}.card.bad{border-left-color:var(--bad);border-left-style:double}
.card.watch{border-left-color:var(--watch);border-left-style:dashed}
.lights{display:flex;flex-wrap:wrap;gap:.5rem .9rem;margin:.8rem 0;padding:0;list-style:none}
.lights li{font-size:.92rem}
.badge{display:inline-block;white-space:nowrap;border:1px solid;border-radius:1em;padding:.02em .6em;font-size:.83rem;
font-weight:600}
.badge.good{color:var(--good);background:var(--goodbg)}.badge.bad{color:var(--bad);background:var(--badbg)}
.badge.watch{color:var(--watch);background:var(--watchbg)}.badge.none{color:var(--none);background:var(--nonebg)}
.sign.good{color:var(--good)}.sign.bad{color:var(--bad)}.sign.watch{color:var(--watch)}.sign.none{color:var(--none)}
.callout{border:1px solid var(--line);border-left:5px solid var(--none);border-radius:.4rem;background:var(--soft);
padding:.65rem .95rem;margin:1rem 0;max-width:80ch}
.callout p{margin:.15rem 0}
.callout.good{border-left-color:var(--good);background:var(--goodbg)}
.callout.bad{border-left-color:var(--bad);background:var(--badbg)}
.callout.watch{border-left-color:var(--watch);background:var(--watchbg)}
ul.items,ol.items{padding-left:1.4rem;max-width:85ch}
.items li{margin:.55rem 0}
.items .source{display:block;color:var(--muted);font-size:.85rem}
.table{overflow:auto;max-height:82vh;margin:.8rem 0 1.2rem;border:1px solid var(--line);border-radius:.5rem;
width:fit-content;max-width:100%}
.table:focus-visible{outline:2px solid var(--blue)}
td .badge{font-size:.95em}
table{border-collapse:separate;border-spacing:0;font-size:.87rem;line-height:1.35}
caption{caption-side:top;text-align:left;padding:.5rem .7rem;color:var(--muted);font-size:.87rem}
th,td{padding:.36rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{position:sticky;top:0;z-index:2;background:var(--soft);font-weight:600;vertical-align:bottom;
border-bottom:2px solid #b9c3cd}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tbody th{font-weight:500}
tbody tr:last-child>*{border-bottom:0}
td .detail,th .detail{display:block;color:var(--muted);font-size:.9em;font-weight:400}
td:not(.n){min-width:5.5rem}
.w{min-width:15rem}
tbody tr:not(.group)>th{position:sticky;left:0;z-index:1;background:#fff}
tbody tr.total>th{background:#fafbfc}
tr.total>*{font-weight:650;background:#fafbfc;border-top:1px solid #9aa7b4}
tr.group>*{background:#eef3f8;font-weight:650}
.missing{color:var(--muted);font-style:italic}
figure{margin:1rem 0 1.6rem;max-width:720px}
figcaption{margin-bottom:.5rem;font-weight:600;line-height:1.3}
figcaption .badge{margin-left:.3rem;font-size:.95em}
figcaption .caption{display:block;color:var(--muted);font-size:.85rem;font-weight:400}
svg.chart{display:block;width:100%;height:auto;overflow:visible}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,18.5rem),1fr));gap:1.5rem 2rem;
margin:1rem 0 1.4rem}
.gallery figure{margin:0;max-width:26rem;display:flex;flex-direction:column}
.gallery figcaption{font-size:.9rem;flex:1 0 auto}
.narrow{display:none}
@media(max-width:620px){.wide{display:none}.narrow{display:block}th,td{padding:.32rem .5rem}.w{min-width:11rem}
h2{font-size:1.35rem}.card .figure{font-size:1.45rem}}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.8rem;color:var(--muted);font-size:.85rem}
@media print{
html{font-size:9.6pt}
body{font-size:1rem;line-height:1.42;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.page{display:block;max-width:none;padding:0}
nav.contents{position:static;border:0;margin:0;padding:0;max-height:none}
nav.contents ul{display:block;columns:2;padding:.3rem 0}
nav.contents a{color:var(--ink);border:0;padding:.1rem 0;font-size:1rem}
main>section{break-before:page}
main>section:first-child{break-before:auto}
h2{margin-top:0}h2,h3,figcaption,caption,thead,tr.group{break-after:avoid}
.card,.callout,.items li,figure,tr,.lights,.cards{break-inside:avoid}
.table{overflow:visible;max-height:none;max-width:none;border:0;border-radius:0;width:auto}
table{font-size:7.6pt;line-height:1.3}
th,td{padding:.2rem .38rem}
thead{display:table-header-group}thead th,tbody tr:not(.group)>th{position:static}
td:not(.n),th{min-width:1.3cm}th:first-child{min-width:0}.w{min-width:3.6cm}
.older{display:none}.paper{display:block}
.wide{display:block}.narrow{display:none}
figure{max-width:17cm}
.gallery{grid-template-columns:1fr 1fr;gap:.9rem 1.2rem}
.gallery figure{max-width:none}
p,.callout,ul.items,ol.items{max-width:none;orphans:3;widows:3}
a{color:inherit;text-decoration:none}
.card .figure{font-size:1.35rem}
footer{break-inside:avoid}}
"""
