"""Whether a number goes with an outcome: every patient shown, by the exact test that suits the two kinds."""
