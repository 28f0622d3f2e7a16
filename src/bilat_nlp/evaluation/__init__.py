"""How well records agree with gold: matching, figures with intervals, differences, errors, other systems."""

from bilat_nlp.evaluation.metrics import FIGURES, Score
from bilat_nlp.evaluation.report import FACETS, measure
from bilat_nlp.evaluation.results import Report
from bilat_nlp.evaluation.significance import Difference, difference

__all__ = ["FACETS", "FIGURES", "Difference", "Report", "Score", "difference", "measure"]
