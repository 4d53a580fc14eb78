"""Rendering: results to pages, pages to PDF, nothing untraced."""

from __future__ import annotations

from carreport.render.pages import Page, render
from carreport.render.pdf import write_pdf
from carreport.render.scan import Use

__all__ = ["Page", "Use", "render", "write_pdf"]
