"""An open-session build: no file of it holds a result by group, nor tells who is in which."""

import datetime as dt
import json
import re

import numpy as np
import pandas as pd
import pypdfium2
import pytest
from asking import ask, refused
from folders import tree, write_folder
from pypdf import PdfReader

from carreport.errors import BadInput
from carreport.pipeline import build
from carreport.study.giveaways import in_order, one_sided, tells

BY_GROUP = re.compile(
    r"group=(?!all)|\.(logrank|hazard|gray|mannwhitney|kruskal|fisher|cochran)[a-z_]*(@|$)"
)
"""An id of a group, or of a comparison of groups."""
FEW = 10


class Open:
    """An open-session build, and the closed one it must tell nothing of."""

    def __init__(self, study, out):
        self.study = study
        self.out = out
        self.closed, self.snapshot = study.results(), study.snapshot()
        self.settings = self.snapshot.settings
        frame = self.snapshot.patients.frame
        self.groups = dict(
            zip(frame["patient_id"], frame[self.settings.groups.column], strict=True)
        )

    def rows(self):
        """results.json."""
        return json.loads((self.out / "results.json").read_text("utf-8"))

    def texts(self):
        """Every file as text: what a PDF prints and carries, too."""
        found = {name: content.decode("utf-8", "replace") for name, content in tree(self.out).items()
                 if not name.endswith((".pdf", ".png"))}  # fmt: skip
        for path in self.out.rglob("*.pdf"):
            pdf = PdfReader(path)
            found |= {f"{path.name}/{name}": one.decode("utf-8", "replace")
                      for name, several in pdf.attachments.items() for one in several}  # fmt: skip
            pages = pypdfium2.PdfDocument(path.read_bytes())
            found[f"{path.name}/pages"] = "\n".join(
                pages[at].get_textpage().get_text_range() for at in range(len(pages))
            )
            found[f"{path.name}/metadata"] = f"{pdf.metadata} {pdf.xmp_metadata}"
        return found

    def every_value(self):
        """Each number of the closed session and each cell of its listings, with its id."""
        for id_ in self.closed:
            if isinstance(self.closed[id_].value, float):
                yield id_, repr(self.closed[id_].value)
        for listing in self.closed.listings.values():
            names = [one.name for one in listing.columns]
            for number, row in enumerate(listing.rows):
                for name, value in zip(names, row, strict=True):
                    if isinstance(value, float):
                        yield listing.id_of(number, name), repr(value)

    @property
    def by_name(self):
        """For each patient of the open session their group, known by day of start and age."""
        opened = self.rows_json()["tables"]["patients"]
        at = opened["columns"].index("start_date"), opened["columns"].index("age")
        closed = self.snapshot.patients.text
        keys = dict(zip(zip(closed["start_date"], closed["age"], strict=True),
                        closed["patient_id"], strict=True))  # fmt: skip
        assert len(keys) == len(closed), "day of start and age must tell the patients apart"
        return {row[0]: self.groups[keys[row[at[0]], row[at[1]]]] for row in opened["rows"]}

    def rows_json(self):
        """rows.json."""
        return json.loads((self.out / "rows.json").read_text("utf-8"))


@pytest.fixture(scope="module", params=["bundled", "tiny"])
def opened(request, bundled_folder, tmp_path_factory):
    """The bundled study and the tiny one, each built for an open session."""
    study = bundled_folder
    if request.param == "tiny":
        study = write_folder(tmp_path_factory.mktemp("tiny") / "study", interim=None)
    out = tmp_path_factory.mktemp("open") / "out"
    build(study.path, out=out, session="open")
    return Open(study, out)


def test_no_id_is_of_a_group_or_between_groups(opened):
    """Of everything the closed session computes by group, nothing has an id here."""
    content = opened.rows()
    ids = [row["id"] for part in ("results", "listings") for row in content[part]]
    by_group = [id_ for id_ in opened.closed if BY_GROUP.search(id_)]

    assert len(by_group) > 50
    assert "survival.os.rate@day=365" in ids
    assert not set(by_group) & set(ids)
    assert not [id_ for id_ in ids if BY_GROUP.search(id_)]


def test_no_value_of_a_group_stands_in_any_file(opened):
    """To full precision: a survival rate, a ratio, a p-value, whatever it would be called."""
    withheld, pooled = set(), set()
    for id_, value in opened.every_value():
        (withheld if BY_GROUP.search(id_) else pooled).add(value)
    telling = {one for one in withheld - pooled if len(one.rstrip("0")) > FEW}

    assert len(telling) > 20
    for name, text in opened.texts().items():
        found = set(re.findall(r"\d+\.\d{7,}(?:e-?\d+)?", text))
        assert not telling & found, name


def test_no_file_names_the_groups(opened):
    """Not the column, no value, label or id; what the study is called is as the study says."""
    groups = opened.settings.groups
    names = {groups.column}
    names |= {one for level in groups.level for one in (level.id, level.value, level.label)}
    spoken = re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in sorted(names)))
    title = opened.settings.study

    for name, text in opened.texts().items():
        for part in (title.short_title, title.title):
            text = text.replace(part, "") if part else text  # noqa: PLW2901 - what is left of it
        if "code" not in name:
            found = spoken.search(text)
            assert not found, (name, text[max(0, found.start() - 60) : found.end() + 60])


def test_no_colour_of_a_group_is_drawn(opened):
    """Lanes and curves are all of one kind."""
    colours = {level.colour.lower() for level in opened.settings.group_levels() if level.colour}
    for name, text in opened.texts().items():
        if name.endswith(".svg"):
            assert not {one for one in colours if one in text.lower()} - {"#0b4f8a"}, name


def test_no_column_of_the_cells_tells_the_groups_apart(opened):
    """Of the cells behind the numbers: none divides the patients as the groups do, or one of them."""
    groups = opened.by_name
    content = opened.rows_json()
    order = np.array([groups[row[0]] for row in content["tables"]["patients"]["rows"]])
    frame = pd.DataFrame(content["tables"]["patients"]["rows"],
                         columns=content["tables"]["patients"]["columns"])  # fmt: skip

    assert len(frame) == len(groups)
    own = [one for one in frame if one in opened.snapshot.recorded["patients"].text]
    assert {"age", "sex"} <= set(own)
    for column in (one for one in own if one not in ("patient_id", "start_date")):
        cells = frame[column]
        cells = pd.to_numeric(cells, errors="coerce") if column == "age" else cells
        assert not tells(cells, order), column
    for column in frame.columns[1:]:
        levels = frame.groupby(column)["patient_id"].agg(lambda ids: {groups[one] for one in ids})
        if 1 < len(levels) <= FEW:
            assert max(map(len, levels)) > 1, column


def test_no_place_tells_the_groups_apart(opened):
    """Neither the order of rows, nor their lines, nor ids, nor how sure a cell is."""
    groups = opened.by_name
    for name, table in opened.rows_json()["tables"].items():
        of = np.array([groups[row[0]] for row in table["rows"]])
        patients = list(dict.fromkeys(row[0] for row in table["rows"]))
        firsts = np.array([groups[one] for one in patients])
        assert not in_order(pd.Series(np.arange(len(firsts), dtype=float)), firsts), name
        lines = [line for line in table["lines"] if line]
        assert lines == sorted(lines), name
        if name == "patients":
            ranks = np.array([list(row) for row in table["origins"]])
            for at in range(ranks.shape[1]):
                for one in set(ranks[:, at]):
                    assert not one_sided(ranks[:, at] == one, of), table["columns"][at]


def test_no_call_was_handed_a_group(opened):
    """Nowhere are the patients of a group, and no others, what a number was computed on."""
    groups = opened.by_name
    sets = [{one for one in groups if groups[one] == group} for group in set(groups.values())]
    content = opened.rows()

    for row in [*content["results"], *content["listings"]]:
        whom = {*row["patients"], *row["excluded"]}
        assert whom not in sets, row["id"]


def test_claims_are_left_out(opened):
    """They quote the paper's numbers by group."""
    content = opened.rows()

    assert not (opened.out / "claims.json").exists()
    assert not any(row["claims"] for row in content["results"])
    assert not any("claims.json" in name for name in opened.texts())


def test_the_record_and_the_page_say_open(opened):
    """In the header of the results, the manifest and the snapshot, and to the reader."""
    assert opened.rows()["build"]["session"] == "open"
    for name in ("manifest.json", "snapshot.json"):
        assert json.loads((opened.out / name).read_text("utf-8"))["session"] == "open"
    assert "Open session" in (opened.out / "interim.html").read_text("utf-8")


def test_every_number_is_that_of_the_closed_session(opened):
    """What an open session prints of everybody is what the closed one prints of everybody."""
    shared = 0
    for row in opened.rows()["results"]:
        named = row["id"].startswith("study.") or "patient=" in row["id"]
        if row["id"] in opened.closed and not named:
            assert row["value"] == opened.closed[row["id"]].value, row["id"]
            shared += 1

    assert shared > 50


# Asking -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A place with the tiny study and an open build of it where one is looked for."""
    here = tmp_path_factory.mktemp("place")
    study = write_folder(here / "data", interim=None)
    build(study.path, out=here / "out" / "2020-08-19-open", session="open")
    return here


@pytest.fixture
def here(place, monkeypatch):
    """Standing there."""
    monkeypatch.chdir(place)
    return place


def test_the_folder_of_an_open_build_says_so(tmp_path, monkeypatch):
    """out/<cutoff>-open; the closed one beside it is another."""
    monkeypatch.chdir(tmp_path)
    study = write_folder(tmp_path / "data", interim=None)

    built = build(study.path, session="open", formats=("html",), cutoff=dt.date(2019, 6, 30))

    assert built.out.as_posix() == "out/2019-06-30-open"


@pytest.mark.parametrize("document", ["report", "own"])
def test_a_document_that_does_not_say_it_is_fit_is_refused(document, tmp_path):
    """Ours with groups all over it, and one of the user's; nothing is written."""
    study = write_folder(tmp_path / "data", interim=None)
    study.write("documents/own/own.html.j2", "<p>{{ cutoff }}</p>")

    result = ask("build", study.path, "--session", "open", "--document", document,
                 "--out", tmp_path / "out")  # fmt: skip

    refused(result, f"{document!r} is not for an open session", "interim")
    assert not (tmp_path / "out").exists()


def test_a_document_of_the_user_s_that_says_so_is_built(tmp_path):
    """With a comment in its template; without any that is fit it is the interim report."""
    study = write_folder(tmp_path / "data", interim=None)
    study.write("documents/own/own.html.j2", "<!doctype html>{# session: open #}<html lang='en'>"
                "<head><title>Own</title></head><body><p>{{ session() }} {{ cutoff }}</p></body></html>")  # fmt: skip

    build(study.path, out=tmp_path / "out", session="open", documents=["own"], formats=("html",))
    study.replace("study.toml", "cutoff = 2020", 'documents = ["report"]\ncutoff = 2020')
    other = build(study.path, out=tmp_path / "other", session="open", formats=("html",))

    assert "<p>open " in (tmp_path / "out" / "own.html").read_text("utf-8")
    assert other.files == ("interim.html",)


@pytest.mark.usefixtures("here")
def test_a_number_is_traced_in_the_session_asked_for():
    """The open build's own rows; a number by group is unknown there."""
    found = ask("trace", "survival.os.rate@day=365", "--session", "open")
    rows = ask("trace", "survival.os.rate@day=365", "--session", "open", "--rows")
    gone = ask("trace", "survival.os.rate@day=365,group=mrd_positive", "--session", "open")
    named = ask("trace", "survival.os.n", "--build", "out/2020-08-19-open")

    assert (found.exit_code, found.stderr) == (0, "")
    assert "P01" not in rows.stdout
    assert "P12," in rows.stdout
    refused(gone, "no analysis produces")
    assert (named.exit_code, named.stderr) == (0, "")


def test_a_number_computed_anew_is_of_the_same_session(tmp_path, monkeypatch):
    """Where there is no open build, no closed one is computed."""
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "data", interim=None)

    pooled = ask("trace", "survival.os.n", "--session", "open")
    gone = ask("trace", "survival.os.n@group=mrd_positive", "--session", "open")
    closed = ask("trace", "survival.os.n@group=mrd_positive")

    assert pooled.exit_code == 0
    assert "computed anew" in pooled.stderr
    assert gone.exit_code == 2
    assert closed.exit_code == 0


@pytest.mark.usefixtures("here")
def test_an_open_build_is_replayed_open():
    """Bit for bit, by the folder or by the session."""
    for words in (["--session", "open"], ["--build", "out/2020-08-19-open"]):
        result = ask("replay", "survival.os.rate@day=365", *words)
        assert result.exit_code == 0, result.output
        assert "bit for bit" in result.stdout


@pytest.mark.usefixtures("here")
def test_an_open_build_is_not_taken_for_the_closed_one():
    """Nor the other way round."""
    refused(ask("replay", "survival.os.n"), "there is no build in out/2020-08-19")
    wrong = ask("replay", "survival.os.n", "--session", "closed", "--build", "out/2020-08-19-open")
    refused(wrong, "the open session")


def test_an_open_report_is_verified_open(here):
    """Against the study, which computes it again without groups."""
    result = ask("verify", here / "out" / "2020-08-19-open" / "interim.pdf", here / "data")

    assert result.exit_code == 0, result.output
    assert "open session" in result.stdout


def test_a_closed_build_is_no_earlier_one_of_an_open_session(here, tmp_path):
    """It would bring in what is withheld."""
    closed = tmp_path / "closed"
    build(here / "data", out=closed, formats=("html",), cutoff=dt.date(2019, 6, 30))

    with pytest.raises(BadInput, match="name an earlier build of the same session"):
        build(here / "data", out=tmp_path / "out", session="open", previous=closed)
    assert not (tmp_path / "out").exists()
