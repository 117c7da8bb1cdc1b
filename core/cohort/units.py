"""Units of measurement in one spelling, whoever wrote them."""

import re

COUNTS = {
    **dict.fromkeys(("10^9/l", "g/l", "gi/l", "gpt/l", "/nl", "k/ul", "10^3/ul", "10^3/mm3", "thou/ul", "tsd/ul"), 1.0),
    **dict.fromkeys(("/ul", "10^6/l", "/mm3"), 0.001),
}
"""What a count of blood cells in a unit is multiplied by to be in 10⁹/L; G/l, and GI/L of CDISC, is 10⁹ a litre."""

_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def plain_unit(unit: str) -> str:
    """
    A unit in one spelling: 10^9/l of ×10⁹/L, 10*9/L and x10e9/L, /ul of /µL and
    /mcL, /mm3 of /cumm, ug/l of µg/L.

    >>> plain_unit("× 10⁹/L")
    '10^9/l'
    """
    written = unit.strip().casefold().translate(_SUPERSCRIPT).replace(" ", "")
    written = re.sub(r"^(?:x|×|cells|cell)+(?=10|/)", "", written)
    written = re.sub(r"10(?:\*\*|\*|\^|e)?\^?([369])(?=/)", r"10^\1", written)
    written = re.sub(r"/(?:µ|μ|mc)(?=[lg])", "/u", written)
    written = re.sub(r"^(?:µ|μ|mc)(?=g|mol|kat|l)", "u", written)
    return re.sub(r"/(?:cumm|cmm|cu\.?mm|mm\^?3)$", "/mm3", written)
