"""Any file of data: what it holds decides what it is, not what it is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput
from carreport.intake.reading.dataset import refused

if TYPE_CHECKING:
    from pathlib import Path

    from carreport.intake.reading.dataset import Dataset

READABLE: Final = "SAS transport (XPT), sas7bdat, Dataset-JSON 1.1, Parquet and CSV are read"
_TRANSPORT: Final = (
    b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!",
    b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!",
)
_CPORT: Final = b"**COMPRESSED** **COMPRESSED**"
_SAS: Final = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
_PARQUET: Final = b"PAR1"
_OTHER: Final = {
    b"PK\x03\x04": "is a ZIP archive or an Excel file",
    b"\x1f\x8b": "is compressed (gzip)",
    b"\x78\x9c": "is compressed (Dataset-JSON .dsjc, or zlib)",
    b"\x78\xda": "is compressed (Dataset-JSON .dsjc, or zlib)",
    b"\x78\x01": "is compressed (Dataset-JSON .dsjc, or zlib)",
    b"$FL2": "is an SPSS file",
    b"<stata_dta>": "is a Stata file",
    b"%PDF": "is a PDF",
    b"\xd0\xcf\x11\xe0": "is an old Office file",
}
_HEAD: Final = 4096


def read_dataset(path: Path) -> Dataset:
    """
    Read a data set.

    Args:
        path: SAS transport file (version 5 or 8), sas7bdat, Dataset-JSON 1.1 (JSON or NDJSON),
            Parquet or CSV.

    Returns:
        Its variables with names in capitals, labels and plain values. SAS dates are dates by
        their format; a number without one in a variable that CDISC names as a date (…DT, …DTM)
        is one too.

    Raises:
        BadInput: It is not there, none of these, damaged, or has no rows.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except FileNotFoundError:
        raise BadInput([refused(path, "no such file", "correct its name")]) from None
    except OSError as error:
        raise BadInput(
            [refused(path, f"cannot be read ({error.strerror})", "name a file")]
        ) from None
    if not head:
        raise BadInput([refused(path, "is empty", "export the data set again")])
    return _read(path, head)


def _read(path: Path, head: bytes) -> Dataset:
    if head.startswith((*_TRANSPORT, _SAS)):
        from carreport.intake.reading.sas import read_sas

        return read_sas(path, transport=not head.startswith(_SAS))
    if head.startswith(_PARQUET):
        from carreport.intake.reading.tabular import read_parquet

        return read_parquet(path)
    if head.startswith(_CPORT):
        found = "is a SAS CPORT file, which only SAS reads"
        raise BadInput([refused(path, found, "write it with the XPORT engine, or PROC COPY")])
    for magic, found in _OTHER.items():
        if head.startswith(magic):
            raise BadInput([refused(path, found, READABLE)])
    if b"\x00" in head:
        raise BadInput([refused(path, "is of an unknown form", READABLE)])
    if re.match(rb"(?:\xef\xbb\xbf)?\s*[{\[]", head):
        from carreport.intake.reading.dataset_json import read_dataset_json

        return read_dataset_json(path)
    from carreport.intake.reading.tabular import read_csv

    return read_csv(path)
