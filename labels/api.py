"""Labels for programs: the papers, one label as PDF or picture, a sheet of many, and new tags beforehand."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from inventory.api.asking import NO, actor_of
from inventory.devices.commands import reserve_tags
from inventory.devices.tags import grouped, read_tag, tag_url
from labels.commands import Measures, correct_paper, define_paper, withdraw_paper
from labels.contents import MOST_TAGS, USUAL_DESIGN, public_host
from labels.jobs import Wish, preview, preview_size, sheet, usable_stocks
from labels.layout import MOST_COPIES
from labels.printing import take_file
from labels.stocks import USUAL_STOCK, LabelStock

router = Router()


class StockOut(Schema):
    """One kind of label paper; lengths in millimetres."""

    key: str
    name: str
    width_mm: float
    height_mm: float
    columns: int
    rows: int
    labels: int = Field(description="Labels on one page.")
    sheet: bool = Field(description="A sheet for an office printer; otherwise a roll for a label printer.")


Millimetres = Annotated[Decimal, Field(ge=0, le=9999, decimal_places=2)]


class StockIn(Schema):
    """A paper as somebody measured it; lengths in millimetres, margins from the page's upper left corner."""

    page_width: Millimetres = Decimal(210)
    page_height: Millimetres = Decimal(297)
    label_width: Millimetres
    label_height: Millimetres
    columns: int = Field(1, ge=1, le=400)
    rows: int = Field(1, ge=1, le=400)
    left: Millimetres = Decimal(0)
    top: Millimetres = Decimal(0)
    gap_x: Millimetres = Decimal(0)
    gap_y: Millimetres = Decimal(0)
    edge_x: Millimetres = Field(Decimal("4.3"), description="What the printer cannot reach, left and right.")
    edge_y: Millimetres = Field(Decimal("4.3"), description="What the printer cannot reach, above and below.")
    roll: bool = False


class NamedStockIn(StockIn):
    """A paper to add to the list."""

    name: str = Field(min_length=1, max_length=60)


class Paper(Schema):
    """On which paper, from which free place (counted from 1, row by row), how many copies of each."""

    stock: str = USUAL_STOCK
    first: int = Field(1, ge=1)
    copies: int = Field(1, ge=1, le=MOST_COPIES)


class SheetIn(Paper):
    """Labels of one design; each tag may be spelt as people and scanners do. A printer brings its own paper."""

    tags: list[str] = Field([], max_length=MOST_TAGS, description="None: every shelf, every mode card.")
    design: str = Field(USUAL_DESIGN, description="device, medium, crate, pallet, bag, shelf or mode.")
    kind: str = Field("pdf", description="pdf, png (one label), zpl (Zebra) or brother (QL raster).")
    dpi: int = Field(300, ge=150, le=1200)
    logo: bool = False
    printer: str = ""


def wish_of(payload: SheetIn) -> Wish:
    """The same as the domain has it."""
    given = payload.dict(exclude={"kind", "tags", "ticket"})
    return Wish(codes=tuple(payload.tags), **given)


class PreviewIn(Schema):
    """A label to look at; without a code one of something invented."""

    design: str = USUAL_DESIGN
    stock: str = USUAL_STOCK
    printer: str = ""
    dpi: int = Field(300, ge=150, le=1200)
    logo: bool = False
    code: str = Field("", max_length=200)


class PreviewOut(Schema):
    """The paper it is on, and its size on the screen in CSS pixels, half as large again as on paper."""

    stock: str
    width: int
    height: int


class TagsIn(Schema):
    """How many new tags to give out."""

    count: int = Field(ge=1, le=MOST_TAGS)


class TagOut(Schema):
    """A tag: as it is kept, as it is printed, and what its QR code opens."""

    tag: str
    printed: str
    url: str


def _is_file(kind: str) -> dict[str, Any]:
    return {
        "responses": {
            200: {"description": "The file.", "content": {kind: {"schema": {"type": "string", "format": "binary"}}}}
        }
    }


@router.get("/stocks", response={200: list[StockOut], **NO}, summary="Label papers on which this city's address fits")
def stocks(request: HttpRequest) -> list[StockOut]:
    """Every paper that `stock` may name elsewhere."""
    return [_stock_out(key, stock) for key, stock in usable_stocks().items()]


@router.post("/stocks", response={201: StockOut, **NO}, summary="Add a paper of your own")
def add_stock(request: HttpRequest, payload: NamedStockIn) -> Status[StockOut]:
    """Refused, with the field and the mend, when its labels leave the page or hold no QR code that scans."""
    given = payload.dict()
    paper = define_paper(given.pop("name"), Measures(**given), actor=actor_of(request))
    return Status(201, _stock_out(paper.key, paper.stock))


@router.put("/stocks/{key}", response={200: StockOut, **NO}, summary="Measure a paper of your own again")
def correct_stock(request: HttpRequest, key: str, payload: StockIn) -> StockOut:
    """All measures anew; the makers' papers cannot be changed."""
    paper = correct_paper(key, Measures(**payload.dict()), actor=actor_of(request))
    return _stock_out(paper.key, paper.stock)


@router.post("/stocks/{key}/withdraw", response={200: StockOut, **NO}, summary="Take a paper of your own off the list")
def withdraw_stock(request: HttpRequest, key: str) -> StockOut:
    """What was printed on it stays as it is."""
    paper = withdraw_paper(key, actor=actor_of(request))
    return _stock_out(paper.key, paper.stock)


def _stock_out(key: str, stock: LabelStock) -> StockOut:
    return StockOut(
        key=key,
        name=stock.name,
        width_mm=stock.label[0],
        height_mm=stock.label[1],
        columns=stock.columns,
        rows=stock.rows,
        labels=stock.count,
        sheet=stock.is_sheet,
    )


@router.post("/sheets", response=NO, openapi_extra=_is_file("application/pdf"), summary="A file of labels, counted")
def sheets(request: HttpRequest, wish: SheetIn) -> HttpResponse:
    """Labels as PDF, picture, ZPL or Brother raster. Each counts as printed, in the ledger."""
    made = take_file(wish_of(wish), wish.kind, actor=actor_of(request))
    return _file(made.content, made.mime, made.name)


@router.post("/tags", response={201: list[TagOut], **NO}, summary="New tags to print beforehand")
def tags(request: HttpRequest, wish: TagsIn) -> Status[list[TagOut]]:
    """Give out tags that were never used, to be stuck on devices later."""
    host = public_host()
    given = reserve_tags(wish.count, actor=actor_of(request))
    return Status(201, [TagOut(tag=tag, printed=grouped(tag), url=tag_url(tag, host)) for tag in given])


@router.get("/preview", response={200: PreviewOut, **NO}, summary="Whether a label can be printed, and how large")
def can_print(request: HttpRequest, wish: Query[PreviewIn]) -> PreviewOut:
    """Asked by the page while its form is being filled in; refused with the reason."""
    given = wish.dict()
    size = preview_size(Wish(**{name: given[name] for name in given if name != "code"}), actor_of(request), wish.code)
    return PreviewOut(stock=size[0], width=size[1], height=size[2])


@router.get("/{tag}/label.pdf", response=NO, openapi_extra=_is_file("application/pdf"), summary="One label as PDF")
def label_pdf(request: HttpRequest, tag: str, paper: Query[Paper]) -> HttpResponse:
    """To look at: nothing is counted. Print with `POST /labels/sheets`."""
    content = sheet([tag], paper.stock, first=paper.first, copies=paper.copies, actor=actor_of(request))
    return _file(content, "application/pdf", f"label-{read_tag(tag)}.pdf")


@router.get(
    "/{tag}/label.png", response=NO, openapi_extra=_is_file("image/png"), summary="One label as a 1-bit picture"
)
def label_picture(
    request: HttpRequest, tag: str, stock: str = USUAL_STOCK, dpi: Annotated[int, Field(ge=150, le=1200)] = 300
) -> HttpResponse:
    """To look at: every QR module a whole number of the printer's dots. Print with `POST /labels/sheets`."""
    content = preview(Wish(stock=stock, dpi=dpi), actor=actor_of(request), code=tag)
    return _file(content, "image/png", f"label-{read_tag(tag)}.png")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)
