"""What several subjects need of statistics: distributions, proportions, adjustments."""
