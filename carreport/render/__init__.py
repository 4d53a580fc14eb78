"""Rendering: results to pages, pages to PDF, nothing untraced."""

from __future__ import annotations

from carreport.render.appendix import Printed, Reported
from carreport.render.pages import Page, render
from carreport.render.pdf import write_pdf
from carreport.render.scan import Use
from carreport.render.screen import screen

__all__ = ["Page", "Printed", "Reported", "Use", "render", "screen", "write_pdf"]
