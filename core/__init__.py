"""
The analysis layer: cohorts, statistics, figures, words. It knows no page.

Its matrices are small, and the threads that NumPy would start for them wait
busily for the next product, at the cost of whatever runs meanwhile.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
