"""The values that travel through the house: frozen, keyword-only, slotted dataclasses.

A record says what is; it decides nothing. numpy is the only foreign import here.
Sizes are bytes, times are seconds and shares are fractions 0-1 unless a name says otherwise.
Shapes never hold the batch axis: (28, 28, 1), not (None, 28, 28, 1).
"""

from __future__ import annotations

from grader.records.cards import (
    FailedCellText,
    GradedModel,
    Provenance,
    Scorecard,
    Text,
    Verdict,
)
from grader.records.facts import (
    Accuracy,
    CompileFacts,
    EvaluationFacts,
    ExportFacts,
    Facts,
    FedData,
    FitFacts,
    LayerFacts,
    Measured,
    ModelFacts,
    Prediction,
    Transform,
)
from grader.records.handed_in import (
    FailedCell,
    Limits,
    Problem,
    Run,
    Submission,
)
from grader.records.rubrics import (
    Alignment,
    Criterion,
    Evidence,
    ExpectedLayer,
    Judgement,
    ModelChoice,
    Rubric,
    RunSpec,
)
from grader.records.words import (
    LANGUAGES,
    Ended,
    HowFound,
    Language,
    Message,
    Shape,
    State,
    message,
)

__all__ = [
    "LANGUAGES",
    "Accuracy",
    "Alignment",
    "CompileFacts",
    "Criterion",
    "Ended",
    "EvaluationFacts",
    "Evidence",
    "ExpectedLayer",
    "ExportFacts",
    "Facts",
    "FailedCell",
    "FailedCellText",
    "FedData",
    "FitFacts",
    "GradedModel",
    "HowFound",
    "Judgement",
    "Language",
    "LayerFacts",
    "Limits",
    "Measured",
    "Message",
    "ModelChoice",
    "ModelFacts",
    "Prediction",
    "Problem",
    "Provenance",
    "Rubric",
    "Run",
    "RunSpec",
    "Scorecard",
    "Shape",
    "State",
    "Submission",
    "Text",
    "Transform",
    "Verdict",
    "message",
]
