"""What `carreport check --fix` proposes: safe corrections of a study folder's tables, as a patch."""

from carreport.intake.fixing.patch import unified
from carreport.intake.fixing.propose import Fix, Left, Proposal, propose

__all__ = ["Fix", "Left", "Proposal", "propose", "unified"]
