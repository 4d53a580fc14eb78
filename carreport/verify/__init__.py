"""
A report read back: is it as it was built, and do data and code still give it?

A PDF carries its results, each with every place it is printed at, and the digests of all it was
made from. Nothing else is believed.
"""

from carreport.verify.verdict import Check, Verified
from carreport.verify.verify import verify

__all__ = ["Check", "Verified", "verify"]
