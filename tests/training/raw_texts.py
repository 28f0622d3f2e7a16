"""Raw text made by the tests: sentences drawn from small grammars, so that a word can be told from its neighbours."""

from __future__ import annotations

import json
import random
from pathlib import Path

GRAMMARS = {
    "hu": (
        ["Magyarország", "Üzbegisztán", "Kazahsztán", "Románia"],
        ["elnöke", "nagykövete", "minisztere"],
        ["hétfőn", "kedden", "szerdán"],
        ["Budapestre", "Taskentbe", "Asztanába"],
        ["érkezett", "látogatott", "utazott"],
    ),
    "ru": (
        ["Президент", "Министр", "Посол"],
        ["Узбекистана", "Казахстана", "Венгрии", "Румынии"],
        ["вчера", "сегодня", "завтра"],
        ["прибыл", "прилетел", "вернулся"],
        ["в Ташкент", "в Астану", "в Будапешт"],
    ),
}


def sentences(lang: str, number: int, seed: int = 1) -> list[str]:
    """Sentences of six or seven words, the stop included."""
    draw = random.Random(seed)
    return [" ".join(draw.choice(words) for words in GRAMMARS[lang]) + " ." for _ in range(number)]


def write(folder: Path, number: int = 60) -> Path:
    """A folder with a file of every language, as objects that say it."""
    folder.mkdir(parents=True, exist_ok=True)
    for lang in GRAMMARS:
        rows = [
            json.dumps({"lang": lang, "text": "\n".join(sentences(lang, 10, seed))}, ensure_ascii=False) for seed in range(number // 10)
        ]
        (folder / f"{lang}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder
