"""
How the bundled study was made: published values, a reconstruction, and simulation.

Nothing is random. Values are fixed lists, lognormal quantiles spread by fixed permutations, and
two free cells moved on a grid until a rounded statistic is the printed one. Only the standard
library is used and nothing is rounded near a tie, so that no library upgrade moves a digit.
"""
