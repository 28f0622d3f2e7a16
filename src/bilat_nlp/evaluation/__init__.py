"""How well records agree with gold: alignment of events, scores with intervals, reports."""

from bilat_nlp.evaluation.metrics import Score, score, statistics
from bilat_nlp.evaluation.report import Group, compare
from bilat_nlp.evaluation.source import pair_up

__all__ = ["Group", "Score", "compare", "pair_up", "score", "statistics"]
