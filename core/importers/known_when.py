"""Whether a variable is known at infusion or only after it, by the words of its name."""

import re
from dataclasses import replace

from core.importers import mapping as m

_LATER = re.compile(
    r"\b(peak|max|maximum|nadir|worst|best|after|post|resp|response|relapse|progression|pd|toxicity|crs|icans|orr|vgpr|s?cr"
    r"|mrd|emr|erm|toci\w*|steroids?|dexa\w*|neutropenia|dor|progress\w*|dead|died|death|alive|zensiert|censor\w*|óbito"
    r"|survival|grade|event|infection|icu|readmission|hlh|iec.?hs|mas|intubat\w*|dialysis|reactivation|spm"
    r"|second primary|hospital stay|length of stay|boost|ivig)\b",
    re.I,
)
"""Words of a variable that is known only after infusion."""
_EARLIER = re.compile(
    r"\b(?:prior|previous|baseline|before|history|pre|at (?:infusion|apheresis|diagnosis|enrol\w*|inclusion)|last line"
    r"|bridging|event.free|refractory|post.?menopaus\w*|cytogenetics|anamnese|vor|vorher)\b",
    re.I,
)
"""Words of a variable that is known before, whatever else it says: Prior grade, PD at apheresis."""


def dated(column: m.ColumnChoice) -> m.ColumnChoice:
    """The variable among those known after infusion where its name says that it is."""
    later = column.role == m.VARIABLE and _LATER.search(column.label) and not _EARLIER.search(column.label)
    return replace(column, section="after infusion") if later else column
