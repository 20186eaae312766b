"""Scenario documents: read, checked, built, measured. docs/architecture.md says what the rest may rely on."""

from .build import Topology, TopologyEdge, TopologyNode, build_world, topology
from .changes import changed
from .diagnostics import Diagnostic, render
from .document import Document, ExpectGroup, Prediction, PredictionChoice
from .expectations import (
    Broken,
    Checked,
    Truth,
    check_challenge,
    check_unless,
    given_commands,
    measured_at_us,
    played,
    run_expectations,
    truth,
    truth_in,
)
from .load import LIBRARY, Loaded, library, library_files, load_text
from .measures import bill, evaluate
from .page_model import entry_kinds, page_model
from .questions import Choice, Question, Quiz
from .scenario import Scenario
from .shape import Mistake, load_yaml_model

__all__ = [
    "LIBRARY",
    "Broken",
    "Checked",
    "Choice",
    "Diagnostic",
    "Document",
    "ExpectGroup",
    "Loaded",
    "Mistake",
    "Prediction",
    "PredictionChoice",
    "Question",
    "Quiz",
    "Scenario",
    "Topology",
    "TopologyEdge",
    "TopologyNode",
    "Truth",
    "bill",
    "build_world",
    "changed",
    "check_challenge",
    "check_unless",
    "entry_kinds",
    "evaluate",
    "given_commands",
    "library",
    "library_files",
    "load_text",
    "load_yaml_model",
    "measured_at_us",
    "page_model",
    "played",
    "render",
    "run_expectations",
    "topology",
    "truth",
    "truth_in",
]
