"""Distributions that several subjects need: the normal quantile, the tail of chi-squared."""

from statistics import NormalDist


def normal_quantile(level: float) -> float:
    """Two-sided normal quantile: 1.96 for a level of 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def chi_squared_p(statistic: float, degrees: int) -> float:
    """Chance of a chi-squared statistic at least as large, with so many degrees of freedom (R's `pchisq`)."""
    from scipy.special import chdtrc  # no curve needs it, and it takes 0.2 s to load

    return float(chdtrc(degrees, statistic))
