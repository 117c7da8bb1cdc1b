"""Each printed result beside what the cohort gives now."""


def draw() -> None:
    pass
