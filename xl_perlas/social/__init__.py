"""The cooperative social balance (Balance Social) of Colombia and Ecuador: inputs, indicators, marks and plan."""

from __future__ import annotations

from xl_perlas.social.checks import check_declared, feasible_bases
from xl_perlas.social.concentration import Concentration, concentration
from xl_perlas.social.evaluate import Level, SocialReport, SocialResult, evaluate_social
from xl_perlas.social.inputs import Entry, Provenance, SocialInputs
from xl_perlas.social.load import build_social, load_social, social_names
from xl_perlas.social.marks import LightCount, Mark, SocialMarks, compare_counts, count_lights, mark_report, plain_mean
from xl_perlas.social.model import SocialIndicator, SocialInput, SocialMethod
from xl_perlas.social.plan import Action, ImprovementPlan, improvement_plan
from xl_perlas.social.thresholds import Category, Light, Thresholds, build_thresholds, load_thresholds

__all__ = [
    "Action", "Category", "Concentration", "Entry", "ImprovementPlan", "Level", "Light", "LightCount", "Mark",
    "Provenance", "SocialIndicator", "SocialInput", "SocialInputs", "SocialMarks", "SocialMethod", "SocialReport",
    "SocialResult", "Thresholds", "build_social", "build_thresholds", "check_declared", "compare_counts",
    "concentration", "count_lights", "evaluate_social", "feasible_bases", "improvement_plan", "load_social",
    "load_thresholds", "mark_report", "plain_mean", "social_names",
]  # fmt: skip
