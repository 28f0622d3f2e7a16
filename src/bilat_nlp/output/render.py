"""Pages from templates: one HTML file each, which loads nothing from anywhere.

Every value is escaped. Script and style of a page stand in it as they are and are named in its content security policy by their hashes,
so that nothing else on the page could run, whatever the texts hold.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

from bilat_nlp.output import grid

_SURROGATE = re.compile("[\ud800-\udfff]")  # half of a pair, as broken scrapes hold it: no file in UTF-8 can


def render(template: str, **values: Any) -> str:
    """The page made by ``templates/TEMPLATE.html.j2``, with ``TEMPLATE.css`` and ``TEMPLATE.js`` in it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    loader = PackageLoader("bilat_nlp.output", "templates")
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pages.filters["cell"] = grid.cell_text
    inline = {kind: loader.get_source(pages, f"{template}.{kind}")[0] for kind in ("css", "js")}
    values |= {kind: Markup(source) for kind, source in inline.items()}
    values |= {f"{kind}_hash": _hash(source) for kind, source in inline.items()}
    return _SURROGATE.sub("\ufffd", pages.get_template(f"{template}.html.j2").render(**values))


def _hash(source: str) -> str:
    """As a content security policy names an inline script or style."""
    return f"sha256-{b64encode(sha256(source.encode()).digest()).decode()}"
