"""Results, tables and figures to finished HTML pages, each checked digit by digit."""

from __future__ import annotations

import base64
import difflib
import re
from dataclasses import dataclass, field
from functools import cache, partial
from html import unescape
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError
from markupsafe import Markup, escape

from carreport.audit import Audit
from carreport.errors import CarreportError, TemplateProblem, UnknownId
from carreport.render.appendix import chapters, expected
from carreport.render.asking import Gathered
from carreport.render.audit_page import AuditView
from carreport.render.audited import reported
from carreport.render.environment import (
    check_templates,
    environment,
)
from carreport.render.inside import POLICY, Inside
from carreport.render.lettering import FACES, FONTS
from carreport.render.lint import place_of, unreadable
from carreport.render.listings import LONGEST, chunks, is_long, listings_of
from carreport.render.literals import LITERALS_FILE, Literals, read_literals
from carreport.render.printing import (
    CHANGED,
    MARKS,
    Numbers,
    anchored,
    changed,
    enumerated,
    labelled,
    mark,
    marked,
    traced,
    unlinked,
    with_changes,
)
from carreport.render.scan import Use, scan, scan_appendix
from carreport.results import fragment
from carreport.results.facts import LIBRARIES, SETTINGS
from carreport.results.scope import words as found_words
from carreport.saved.made_from import templates_folder
from carreport.study.account import ACTIONS
from carreport.study.origins import Origin
from carreport.study.words import key_of
from carreport.tables import OWN, Cell, Layout, Printed, has_long_word, own_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from jinja2 import Environment

    from carreport.figures import Drawing, Place
    from carreport.render.appendix import Chapter
    from carreport.results import Result, Results
    from carreport.study.settings import Endpoint, Part
    from carreport.study.snapshot import Snapshot
    from carreport.tables import Piece, Row

SPOKEN: Final = frozenset({
    "citation", "data_statement", "definition", "label", "scale", "short", "short_title",
    "start_label", "title", "unit",
})  # fmt: skip
"""Fields of study.toml that are read, not looked up."""
_SOME: Final = 5
"""Names of tables and figures that are told where none is like the one asked for."""
HERE: Final = Markup("<!--trace-->")
TRACE_TEMPLATES: Final = ("shared/_trace.html.j2", "shared/_trace_paper.html.j2")
"""The appendix on the screen and on paper."""
ONLY: Final = {
    side: re.compile(rf"<!--{side}-->.*?<!--/{side}-->", re.DOTALL) for side in ("screen", "paper")
}
"""What stands between these comments is for the screen, or for paper, alone."""
PREVIOUS_CUTOFF: Final = "previous.study.cutoff.date"
PREVIOUS_DIGEST: Final = "previous.study.data.digest"
_PRINTED: Final = re.compile(r'data-id="([^"]*)"')
_QUOTED: Final = re.compile(r'<span data-(?:audit|part)="[^"]*">([^<]*)</span>')
_MARKED: Final = re.compile(r"<span data-label>([^<]*)</span>")
_ATTRIBUTE: Final = re.compile(r'\s[\w-]+="[^"]*<span data-label>[^"]*"')
_OF_TEMPLATES: Final = (
    TemplateError,
    CarreportError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What calling a function of ours wrongly raises."""


@dataclass(frozen=True, slots=True)
class Page:
    """
    One finished document, for screen and paper.

    Attributes:
        document: Its name.
        text: HTML; parts for the screen or for paper alone stand between comments.
        uses: Every place a number is printed at.
        listings: Listings whose rows it draws.
        marks: Results it draws.
        traces: The appendix for paper, without the page numbers of the text.
        inside: What `style()` and `script()` put into it.
    """

    document: str
    text: str
    uses: tuple[Use, ...]
    listings: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    traces: str = ""
    inside: Inside = field(default_factory=Inside)

    @property
    def paper(self) -> str:
        """What is printed before the appendix of traces; what only the scan looks for is gone."""
        return _QUOTED.sub(r"\1", ONLY["screen"].sub("", self.text))


def render(
    folder: Path,
    snapshot: Snapshot,
    results: Results,
    tables: Sequence[Layout],
    figures: Sequence[Drawing],
    documents: Iterable[str],
    audit: Audit | None = None,
    *,
    appendix: bool = True,
) -> tuple[Page, ...]:
    """
    Render documents.

    Args:
        folder: The study folder, for its own templates and literals.
        snapshot: The study as of the cutoff.
        results: Every number.
        tables: As laid out.
        figures: As drawn.
        documents: Names of documents.
        audit: What a paper printed, and what became of it.
        appendix: Whether with the appendix of traces; what is printed where is known without.

    Returns:
        The pages, every digit on them traced.

    Raises:
        ExceptionGroup: Of TemplateProblem, before anything is rendered.
        TemplateProblem: A template names something unknown, with file and line.
        UntracedNumber: A digit reached a page without an id.
    """
    literals = read_literals([templates_folder() / LITERALS_FILE, folder / LITERALS_FILE])
    jinja = environment(folder)
    quoting = literals.quoting(study_words(snapshot) | own_labels(tables))
    pages = []
    for document in documents:
        desk = partial(Desk, jinja, document, snapshot, results, tables, figures, audit or Audit())
        check_templates(jinja, document, literals, desk(frozenset()).context())
        pages.append(_page(jinja, document, results, desk, quoting, appendix=appendix))
    return tuple(pages)


def study_words(snapshot: Snapshot) -> set[str]:
    """Texts of study.toml, adverse-event terms and notices: words a page may quote."""
    words = {*_texts(snapshot.settings.model_dump()), *snapshot.notices}
    return words | found_words(snapshot)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, one in value.items():
                yield str(key)
                yield from _texts(one)
            # An axis names what is measured with its unit, as one label.
            for name in ("label", "analyte"):
                if value.get("unit") and isinstance(value.get(name), str):
                    yield f"{value[name]} ({value['unit']})"
        case list() | tuple():
            for one in value:
                yield from _texts(one)


def _page(
    jinja: Environment,
    document: str,
    results: Results,
    open_desk: Callable[[frozenset[str]], Desk],
    literals: Literals,
    *,
    appendix: bool,
) -> Page:
    name = f"{document}/{document}.html.j2"
    # A first pass finds out what is printed, so that the methods section can name it.
    gathered = Gathered(jinja)
    names = open_desk(frozenset()).context()
    forgiving = {
        key: gathered.forgiving(one) if callable(one) else one for key, one in names.items()
    }
    try:
        first = _rendered(jinja, name, forgiving)
    except CarreportError as error:
        raise _together(gathered, error) from error
    if gathered.problems:
        raise _together(gathered)
    desk = open_desk(frozenset(unescape(id_) for id_ in _PRINTED.findall(first)))
    text = _plain_attributes(_rendered(jinja, name, desk.context()))
    text = anchored(text, desk.coloured)
    uses = scan(text, document, results, literals, desk.quoted)
    if not appendix:
        return Page(document, text, uses, desk.drawn, desk.marks, "", desk.inside)
    told = chapters(results, uses, desk.marks, desk.drawn, desk.names, desk.reported)
    names, said = desk.appendix(told), expected(told)
    inside = {use.id for use in uses} | set(desk.marks)
    on_screen, on_paper = (_rendered(jinja, one, names) for one in TRACE_TEMPLATES)
    for one in (on_screen, on_paper):
        scan_appendix(one, said, inside, results, literals)
    here = HERE if HERE in text else "</body>"  # a document of the user's may not say where
    whole = text.replace(here, f"<!--screen-->{on_screen}<!--/screen-->{here}")
    return Page(document, whole, uses, desk.drawn, desk.marks, on_paper, desk.inside)


def _together(
    gathered: Gathered, last: CarreportError | None = None
) -> ExceptionGroup[CarreportError] | CarreportError:
    """What was asked for in vain, and what stopped the page if that is another thing."""
    found: list[CarreportError] = [*gathered.problems.values()]
    if last and not found:
        return last
    message = "some templates cannot be used"
    return ExceptionGroup(message, [*found, *([last] if last else [])])


def _plain_attributes(text: str) -> str:
    """The page with the study's words unmarked in attributes, where nothing can be marked."""
    return _ATTRIBUTE.sub(lambda found: _MARKED.sub(r"\1", found.group()), text)


def _rendered(jinja: Environment, name: str, context: Mapping[str, object]) -> str:
    """A template's text; an error says in which template and line."""
    try:
        return jinja.get_template(name).render(context)
    except TemplateSyntaxError as error:
        raise unreadable(error, place_of(jinja, error.name or name)) from error
    except _OF_TEMPLATES as error:
        where, line = _where(error, name)
        where = place_of(jinja, where)
        if isinstance(error, TemplateProblem):
            raise TemplateProblem(where, line, error.found, error.remedy) from error
        if isinstance(error, TemplateNotFound):
            found, remedy = f"there is no file {str(error)!r}", "name it as in NAME/file"
        else:
            found, _, remedy = str(error).partition("; ")
        raise TemplateProblem(where, line, found, remedy or "correct it") from error
    except RecursionError as error:
        found = "a template includes itself, or a macro calls itself, without end"
        raise TemplateProblem(place_of(jinja, name), 1, found, "break the circle") from error


def _where(error: Exception, name: str) -> tuple[str, int]:
    """The innermost template frame an error passed through."""
    where, line = name, int(getattr(error, "lineno", 0) or 0)
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".j2"):
            parts = trace.tb_frame.f_code.co_filename.replace("\\", "/").split("/")
            where, line = "/".join(parts[-2:]), trace.tb_lineno
        trace = trace.tb_next
    return where, line


class Desk:
    """Everything a template may call, for one document."""

    def __init__(
        self,
        jinja: Environment,
        document: str,
        snapshot: Snapshot,
        results: Results,
        tables: Sequence[Layout],
        figures: Sequence[Drawing],
        audit: Audit,
        printed: frozenset[str],
    ) -> None:
        self._jinja = jinja
        self._document = document
        self._snapshot = snapshot
        self._results = results
        self._tables = {one.id: one for one in tables if one.is_for(document)}
        self._figures = {one.id: one for one in figures}
        self._own = self._not_said(printed)
        printed = printed.union(*(one.ids() for one in self._own))
        self._printed = [results[id_] for id_ in sorted(printed) if id_ in results]
        self.names: dict[str, str] = {}
        self._view: AuditView | None = None
        self._drawn: dict[str, None] = {}
        self._marks: dict[str, None] = {}
        self._audit = audit
        self.reported = reported(audit.verdicts)
        self.inside = Inside()
        self._fonts = self._inside("style", fonts_css())

    @property
    def coloured(self) -> dict[str, str]:
        """For each number a paper printed, the verdict as a class name."""
        return {id_: said[0].verdict.replace(" ", "-") for id_, said in self.reported.items()}

    @property
    def quoted(self) -> Mapping[str, str]:
        """Texts of the audit that the document may print, by key."""
        return self._view.texts if self._view else {}

    @property
    def drawn(self) -> tuple[str, ...]:
        """Listings whose rows are marks of the figures shown."""
        return tuple(self._drawn)

    @property
    def marks(self) -> tuple[str, ...]:
        """Results that are marks of the figures shown."""
        return tuple(self._marks)

    def appendix(self, told: Sequence[Chapter]) -> dict[str, object]:
        """Names the template of the appendix sees."""
        inside = {entry.id for one in told for entry in one.entries()}
        return {**self.context(), "chapters": told, "link": partial(_link, inside)}

    def context(self) -> dict[str, object]:
        """Names a template sees."""
        numbers = Numbers(self._results)
        settings = self._snapshot.settings
        functions: list[Callable[..., Any]] = [
            numbers.num, numbers.qty, numbers.count, numbers.plural, numbers.ci, numbers.span,
            numbers.iqr, numbers.pm, numbers.of, numbers.share, numbers.p, numbers.value,
            numbers.exists, numbers.has, numbers.significant, numbers.less, numbers.rows,
            numbers.series, numbers.landmark, self.table, self.figure, self.ref, self.refs,
            self.table_parts, self.figure_parts, self.too_long, self.across, self.session,
            self.methods, self.software, self.manifest, self.cut_tables, self.origin_shares,
            self.legend_marks, self.has_table, self.has_figure, self.own_tables, self.tables,
            self.figures, self.notices, self.trace, self.style, self.script, self.legend_changes, self.audit,
        ]  # fmt: skip
        return {one.__name__: one for one in functions} | {
            "groups": lambda: [_spoken(one) for one in settings.group_levels()],
            "compared": lambda of="": [
                _spoken(one)
                for one in settings.compared()
                if not of
                or (numbers.exists(size := f"{of}.n@group={one.id}") and numbers.value(size))
            ],
            "endpoints": lambda: [_endpoint(one) for one in settings.endpoint],
            "analytes": lambda: [_spoken(one) for one in settings.analyte],
            "baseline": lambda: [_spoken(one) for one in settings.baseline],
            "study": lambda: _spoken(settings.study),
            "adverse_events": lambda: (
                _spoken(settings.adverse_events) if settings.adverse_events else None
            ),
            "enumerated": enumerated,
            "unlinked": unlinked,
            "cutoff": numbers.num("study.cutoff.date"),
            "cutoff_iso": self._snapshot.cutoff.isoformat(),
            "data_status": labelled(settings.study.data_statement),
            "has_marks": self._has_marks(),
            "fonts": self._fonts,
            "policy": POLICY,
            "document": SimpleNamespace(
                name=self._document,
                title=settings.study.title,
                language=settings.study.language,
            ),
        }

    # What a paper printed

    def audit(self) -> AuditView:
        """What the study's paper printed, and what became of it."""
        if self._view is None:
            self._view = AuditView(self._audit, self._snapshot, self._results)
        return self._view

    # The page itself

    def trace(self) -> Markup:
        """Where the appendix of traces stands."""
        return HERE

    def style(self, name: str) -> Markup:
        """A style sheet of the templates, put into the page and allowed by its policy."""
        return self._inside("style", self._source_of(name))

    def script(self, name: str) -> Markup:
        """A script of the templates, put into the page and allowed by its policy."""
        return self._inside("script", self._source_of(name))

    def _inside(self, tag: str, text: str) -> Markup:
        self.inside = self.inside.with_text(tag, text)
        inner = Markup(text)  # noqa: S704 - a file of the templates
        return Markup("<{0}>{1}</{0}>").format(tag, inner)

    def _source_of(self, name: str) -> str:
        loader = self._jinja.loader
        return loader.get_source(self._jinja, name)[0] if loader else ""

    # Tables and figures

    def has_table(self, id_: str) -> bool:
        """Whether this table was laid out."""
        return id_ in self._tables

    def has_figure(self, id_: str) -> bool:
        """Whether this figure was drawn."""
        return id_ in self._figures

    def _not_said(self, printed: frozenset[str]) -> list[Layout]:
        """Tables of the study's own analyses; one whose numbers all stand elsewhere is left out."""
        own = [one for id_, one in self._tables.items() if id_.startswith(OWN)]
        return [one for one in own if printed and not printed.issuperset(one.ids())]

    def own_tables(self) -> list[str]:
        """Ids of the tables of the study's own analyses that nothing else in the document says."""
        return list(dict.fromkeys(one.id.partition("_part_")[0] for one in self._own))

    def tables(self) -> list[str]:
        """Ids of all tables."""
        return list(self._tables)

    def figures(self) -> list[str]:
        """Ids of all figures."""
        return list(self._figures)

    def _number(self, id_: str) -> Markup:
        """The number of a table or figure: the order in which they are first spoken of."""
        if id_ not in self._tables and id_ not in self._figures:
            there = [*self._tables, *self._figures]
            close = difflib.get_close_matches(id_, there, n=3) or sorted(there)[:_SOME]
            raise UnknownId(id_, close, "no table or figure is called")
        if id_ not in self.names:
            family, kind = (
                (self._tables, "Table") if id_ in self._tables else (self._figures, "Figure")
            )
            number = 1 + sum(one in family for one in self.names)
            self.names[id_] = f"{kind}\N{NO-BREAK SPACE}{number}"
        return Markup('<span data-ref="{}">{}</span>').format(id_, self.names[id_])

    def ref(self, id_: str) -> Markup:
        """A link to a table or figure by its number."""
        return Markup('<a class="ref" href="#{}">{}</a>').format(id_, self._number(id_))

    def refs(self, *ids: str) -> Markup:
        """Links to those of these tables and figures that are printed: `Table 1 and Figure 2`."""
        printed = [one for one in ids if one in self._figures or one in self._tables]
        return enumerated([self.ref(one) for one in printed])

    def table_parts(self, id_: str) -> list[str]:
        """A table and its further parts, by id, in their order; those that were laid out."""
        return _parts(self._tables, id_)

    def too_long(self, id_: str) -> bool:
        """Whether a table, its parts together, has more rows than anybody reads in a document."""
        return sum(len(self._tables[one].body) for one in self.table_parts(id_)) > LONGEST

    def across(self, *ids: str) -> bool:
        """Whether one of these tables needs a page on its side."""
        return any(self._tables[one].wide for id_ in ids for one in self.table_parts(id_))

    def figure_parts(self, id_: str) -> list[str]:
        """A figure and its further parts, by id, in their order; those that were drawn."""
        return _parts(self._figures, id_)

    def session(self) -> str:
        """Whether the document is for the open or the closed session of a committee."""
        return str(getattr(self._snapshot, "session", "closed"))

    def table(self, id_: str) -> Markup:
        """A table, laid out and printed; one of very many rows as a listing."""
        number = self._number(id_)
        layout = self._tables[id_]
        long = is_long(layout, self._results)
        listed = listings_of(layout, self._results) if long else []
        self._drawn |= dict.fromkeys(listed)
        content = partial(self._cell, layout)
        view = SimpleNamespace(
            id=layout.id,
            number=number,
            title=labelled(layout.title),
            wide=layout.wide,
            head=[[content(cell) for cell in row] for row in layout.head],
            body=self._long(layout) if long else [self._row(row, content) for row in layout.body],
            listings=[fragment(one) for one in listed],
            legend=layout.legend,
            abbreviations=[
                (labelled(term), labelled(meaning))
                for term, meaning in layout.abbreviations.items()
            ],
            notes=[self._pieces(note) for note in layout.notes],
            source=self._source(layout.computed_by),
            marks=self._marks_of(layout.ids()),
        )
        template = self._jinja.get_template(f"shared/{'listing' if long else 'table'}.html.j2")
        return Markup(template.render({**self.context(), "table": view}))  # noqa: S704 - autoescaped

    def _long(self, layout: Layout) -> list[Markup]:
        """The rows of a listing; before anything is known to be printed, their place alone."""
        return list(chunks(layout, self._results)) if self._printed else [Markup()]

    def _row(self, row: Row, content: Callable[[Cell], SimpleNamespace]) -> SimpleNamespace:
        return SimpleNamespace(kind=row.kind, cells=[content(cell) for cell in row.cells])

    def _cell(self, layout: Layout, cell: Cell) -> SimpleNamespace:
        del layout
        return SimpleNamespace(
            content=self._pieces(cell.pieces),
            tag="th" if cell.head else "td",
            scope=cell.scope,
            span=str(cell.span),
            align=cell.align,
            breaks=has_long_word(self._results, cell),
        )

    def _pieces(self, pieces: Iterable[Piece]) -> Markup:
        """Text and numbers, with one mark for the weakest of them at the end."""
        text, shown = Markup(), []
        for piece in pieces:
            if isinstance(piece, Printed):
                result = self._results[piece.id]
                text += traced(result, piece.style)
                shown.append((result, piece.style))
            else:
                text += labelled(piece)
        return text + marked(*shown) if shown else text

    def _marks_of(self, ids: Iterable[str], origins: Iterable[Origin] = ()) -> Markup:
        """The marks that stand beside these numbers, explained."""
        shown = [self._results[id_] for id_ in ids]
        told = [_explained({*(one.origin for one in shown), *origins})]
        if any(changed((one, "")) for one in shown):
            told.append(self.legend_changes())
        return Markup("; ").join(one for one in told if one)

    def legend_changes(self) -> Markup:
        """The mark of a changed number explained; nothing where no earlier build was named."""
        if PREVIOUS_CUTOFF not in self._results:
            return Markup()
        cutoff, digest = (self._results[one] for one in (PREVIOUS_CUTOFF, PREVIOUS_DIGEST))
        return Markup(
            '<span class="changed" role="img" aria-label="diamond">{}</span> was printed otherwise'
            " by the earlier build, at the data cutoff of {} (data {})"
        ).format(CHANGED, traced(cutoff), traced(digest))

    def _source(self, module: str) -> Markup:
        return Markup("Data cutoff {}; computed by {}; data {}.").format(
            traced(self._results["study.cutoff.date"]),
            module,
            traced(self._results["study.data.digest"]),
        )

    def figure(self, id_: str, caller: Callable[[], str] | None = None) -> Markup:
        """A figure with its caption."""
        number = self._number(id_)
        drawing = self._figures[id_]
        listings = [self._results.listing(one).trace.origin for one in drawing.listings]
        self._drawn |= dict.fromkeys(drawing.listings)
        self._marks |= dict.fromkeys(drawing.marks)
        results = {one: self._results[one] for one in drawing.ids}
        view = SimpleNamespace(
            id=drawing.id,
            number=number,
            title=labelled(drawing.title),
            places=[_over(one) for one in drawing.places],
            svg=with_changes(drawing.svg, drawing.places, results),
            alt=drawing.alt,
            source=self._source("carreport.figures"),
            marks=self._marks_of((*drawing.ids, *drawing.marks), listings),
        )
        caption = Markup(caller()) if caller else Markup()  # noqa: S704 - a template's block
        template = self._jinja.get_template("shared/figure.html.j2")
        context = {**self.context(), "figure": view, "caption": caption}
        return Markup(template.render(context))  # noqa: S704 - autoescaped

    # What ran

    def _printed_results(self) -> list[Result]:
        return self._printed

    def methods(self) -> list[SimpleNamespace]:
        """Every method behind a printed number: where it was used, how, source."""
        found: dict[tuple[str, str], SimpleNamespace] = {}
        order = {id_: at for at, id_ in enumerate(self._results)}
        for result in sorted(
            self._printed_results(), key=lambda one: order.get(one.id, len(order))
        ):
            trace = result.trace
            if not trace.function or trace.function.endswith(".facts"):
                continue
            key = (trace.function.rpartition(".")[2].replace("_", " "), trace.method)
            found.setdefault(
                key,
                SimpleNamespace(
                    name=key[0],
                    method=_as_stated(trace.method),
                    source=_as_stated(trace.source),
                    software=f"{trace.function}",
                ),
            )
        return list(found.values())

    def software(self) -> list[tuple[str, Markup]]:
        """Libraries and their versions."""
        return [
            (name, traced(self._results[f"study.software.version@library={name}"]))
            for name in ("python", *LIBRARIES)
        ]

    def manifest(self) -> list[tuple[str, Markup]]:
        """Tables as known by the cutoff, and files of settings, with their SHA-256's beginning."""
        ids = {name: f"study.table.digest@table={name}" for name in self._snapshot.recorded}
        ids |= {name: f"study.input.digest@file={_file_key(name)}" for name in SETTINGS}
        known = {name: id_ for name, id_ in ids.items() if id_ in self._results}
        return [(name, traced(self._results[id_])) for name, id_ in known.items()]

    def cut_tables(self) -> list[SimpleNamespace]:
        """Tables of which the cutoff took something, with the ids of how much of each kind."""
        found = []
        for name in self._snapshot.recorded:
            ids = {key: f"study.cut.rows@action={key},table={name}" for key in ACTIONS.values()}
            known = {key: id_ if id_ in self._results else "" for key, id_ in ids.items()}
            if any(known.values()):
                found.append(SimpleNamespace(name=name, **known))
        return found

    def notices(self) -> list[Markup]:
        """What a reader should know about the files."""
        return [labelled(one) for one in self._snapshot.notices]

    def origin_shares(self) -> list[tuple[str, Markup]]:
        """Origins with their share of the data cells, strongest first."""
        return [
            (origin.label, traced(self._results[id_]))
            for origin in Origin
            if (id_ := f"study.cells.percent@origin={origin.label}") in self._results
        ]

    def _has_marks(self) -> bool:
        return any(result.origin in MARKS for result in self._printed_results())

    def legend_marks(self) -> Markup:
        """The marks explained."""
        return _explained(set(MARKS))


def _parts(made: Iterable[str], id_: str) -> list[str]:
    return [one for one in made if one == id_ or one.startswith(f"{id_}_part_")]


def _link(inside: Collection[str], id_: str) -> Markup:
    """An id, as a link where the appendix has an entry for it."""
    if id_ not in inside:
        return escape(id_)
    return Markup('<a href="#{}">{}</a>').format(fragment(id_), id_)


def _over(place: Place) -> Markup:
    """A link over a number of a drawing: in print a drawing has none of its own."""
    return Markup(
        '<a class="over" href="#{}" style="left:{:.2%};top:{:.2%};width:{:.2%};height:{:.2%}"></a>'
    ).format(fragment(place.id), place.left, place.top, place.width, place.height)


def _explained(origins: Iterable[Origin]) -> Markup:
    used = [origin for origin in MARKS if origin in set(origins)]
    parts = [Markup("{} rests on {} data").format(mark(origin), origin.label) for origin in used]
    return Markup("; ").join(parts)


def _spoken(part: Part) -> SimpleNamespace:
    """A part of study.toml as a template sees it: what is read is marked where it holds digits."""
    values = {name: getattr(part, name) for name in type(part).model_fields}
    for name in SPOKEN & set(values):
        values[name] = labelled(values[name])
    return SimpleNamespace(**values)


def _endpoint(endpoint: Endpoint) -> SimpleNamespace:
    view = _spoken(endpoint)
    view.short = view.short or view.label
    view.landmarks = [str(day) for day in endpoint.landmarks]
    view.causes = [key_of(name) for name in (endpoint.events[0], *endpoint.competing)]
    return view


def _as_stated(text: str) -> Markup:
    """A method or source as the results state it; the scan compares it with them."""
    return Markup("<span data-method>{}</span>").format(text) if text else Markup()


def _file_key(name: str) -> str:
    return name.replace(".", "_")


@cache
def fonts_css() -> Markup:
    """The shipped fonts as @font-face rules with the files inside."""
    rules = [
        f"@font-face{{font-family:'{face.family}';font-weight:{face.weight};"
        f"font-style:{face.style};font-display:block;"
        f"src:url(data:font/woff2;base64,{_encoded(face.stem)}) format('woff2')}}"
        for face in FACES
    ]
    return Markup("\n".join(rules))  # noqa: S704 - our own files


def _encoded(file: str) -> str:
    return base64.b64encode((FONTS / f"{file}.woff2").read_bytes()).decode()
