"""Files in, blocks out: DOCX, PDF, HTML, Markdown and plain text."""

from carreport.manuscript.reading.read import read

__all__ = ["read"]
