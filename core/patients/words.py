"""One patient in words."""

from core import text
from core.patients.profile import Profile

_ENDS = {"death": "died", "alive": "alive", "last contact": "last seen"}


def finding(profile: Profile, remark: str = "") -> str:
    """The title: how deeply the patient responded, and what became of the patient; a `remark` on how it is known."""
    response = f"best response {profile.best_response}" if profile.best_response else "no response recorded"
    parts = [response]
    progressed, followed = profile.progressed_months, profile.followed_months
    if progressed is not None and (followed is None or progressed < followed):
        parts.append(f"progressed at month {text.number(progressed)}")
    if followed is not None:
        parts.append(f"{_ENDS[profile.ended]} at month {text.number(followed)}")
    return f"Patient {profile.patient_id}: {', '.join(parts)}{f' ({remark})' if remark else ''}"
