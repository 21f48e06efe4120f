"""What is wrong in a file is refused with its line, its column and the reason."""

import pytest

from ingest.errors import UnreadableFile
from ingest.products.parse import Parser, ProductDraft
from ingest.products.table import LAYOUT
from ingest.products.text import plain_text, slug
from ingest.report import ImportReport, Problem
from ingest.table import read_table

HEADER = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Image Src"
GOOD = "tee,Tee,Size,S,T-S,1,10.00,"


def parse(*rows: str, header: str = HEADER) -> tuple[list[ProductDraft], ImportReport]:
    report = ImportReport(what="products", source="test")
    drafts = Parser(read_table("\n".join([header, *rows, ""]).encode(), LAYOUT), "USD", report).products()
    return drafts, report


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("tee,,,M,T-M,1,,", "Variant Price", "missing"),
        ('tee,,,M,T-M,1,"9,99",', "Variant Price", "comma"),
        ('tee,,,M,T-M,1,"1,299.00",', "Variant Price", "comma"),
        ("tee,,,M,T-M,1,-5,", "Variant Price", "negative"),
        ("tee,,,M,T-M,1,$5,", "Variant Price", "not an amount"),
        ("tee,,,M,T-M,1,1e3,", "Variant Price", "not an amount"),
        ("tee,,,M,T-M,1,NaN,", "Variant Price", "not an amount"),
        ("tee,,,M,T-M,1,9.999,", "Variant Price", "decimals"),
        ("tee,,,M,T-M,1,99999999999,", "Variant Price", "too large"),
        ("tee,,,M,T-M,-3,5,", "Variant Inventory Qty", "negative"),
        ("tee,,,M,T-M,2.5,5,", "Variant Inventory Qty", "whole number"),
        ("tee,,,M,T-M,many,5,", "Variant Inventory Qty", "whole number"),
        ("tee,,,,T-M,1,5,", "Option1 Value", "missing"),
        ("tee,,,S,T-M,1,5,", "Option1 Value", "line 2"),
        ("tee,,,M,T-S,1,5,", "Variant SKU", "line 2"),
        ("tee,,,M,T-M,1,5,javascript:alert(1)", "Image Src", "https://"),
        ("tee,,,M,T-M,1,5,,surplus", "", "comma not in quotes"),
        (",,,M,T-M,1,5,", "Handle", "missing"),
        ("tee shirt,Tee,,,T-M,1,5,", "Handle", "letters"),
    ],
)
def test_a_bad_row_is_refused_and_the_good_one_before_it_is_not(row: str, column: str, why: str) -> None:
    drafts, report = parse(GOOD, row)
    assert [variant.row.sku for draft in drafts for variant in draft.variants] == ["T-S"]
    (problem,) = report.problems
    assert (problem.line, problem.column) == (3, column)
    assert why in problem.why


def test_a_product_without_a_title_is_refused_with_all_its_rows() -> None:
    drafts, report = parse("tee,,Size,S,T-S,1,10,", "tee,,,M,T-M,1,10,", "mug,Mug,,,M,1,5,")
    assert [draft.handle for draft in drafts] == ["mug"]
    assert report.refused == 1
    assert report.problems == [
        Problem(line=2, column="Title", why="is missing"),
        Problem(line=3, column="", why="the first row of the product, line 2, is refused"),
    ]


def test_a_product_without_a_right_variant_is_refused() -> None:
    drafts, report = parse("tee,Tee,Size,S,T-S,1,,")
    assert (drafts, report.refused, report.loaded) == ([], 1, False)


def test_line_numbers_count_the_lines_inside_quotes() -> None:
    _, report = parse('tee,"Tee\nof\nmany lines",Size,S,T-S,1,10,', "", "tee,,,M,T-M,1,oops,")
    assert [problem.line for problem in report.problems] == [6]


def test_rows_of_a_product_need_not_stand_together() -> None:
    drafts, _ = parse(GOOD, "mug,Mug,,,M,1,5,", "tee,,,M,T-M,1,10,")
    assert [(draft.handle, len(draft.variants)) for draft in drafts] == [("tee", 2), ("mug", 1)]


def test_a_file_without_handles_takes_them_from_the_titles() -> None:
    drafts, report = parse("Ranger Tent – 2 P,99", header="Title,Price")
    assert (drafts[0].handle, report.problems) == ("ranger-tent-2-p", [])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (HEADER.encode(), "no rows"),
        (b"Handle;Title;Variant Price\ntee;Tee;5\n", "semicolons"),
        (b"Handle\tTitle\tVariant Price\ntee\tTee\t5\n", "tabs"),
        (b"Handle,Title,Variant Price\ntee,Caf\xe9,5\n", "Line 2 is not UTF-8"),
        ("Handle,Title,Variant Price\ntee,Tee,5\n".encode("utf-16"), "UTF-16"),
        (b"Handle,Title,Title,Variant Price\ntee,Tee,Tee,5\n", "Two columns say the same"),
        (b"Handle,URL handle,Title,Price\ntee,tee,Tee,5\n", "Two columns say the same"),
        (b"Name,Cost\nTee,5\n", "no column 'Title' and 'Variant Price' or 'Price'"),
        (b'Handle,Title,Variant Price\ntee,"Tee,5\n', "line 2 is not valid CSV"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is a picture"),
        (b"PK\x03\x04\x00\x00", "an Excel workbook"),
        (b"%PDF-1.7\n%\xe2\xe3", "is a PDF"),
        (b"Handle,Title,Variant Price\ntee\x00,Tee,5\n", "NUL"),
    ],
)
def test_a_file_that_is_no_export_is_refused_as_a_whole(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        read_table(content, LAYOUT)


def test_a_row_that_is_cut_off_at_the_end_of_the_file_is_refused() -> None:
    content = f"{HEADER}\n{GOOD}\nmug,Mug,,,M-1,3".encode()
    report = ImportReport(what="products", source="test")
    drafts = Parser(read_table(content, LAYOUT), "USD", report).products()
    assert [draft.handle for draft in drafts] == ["tee"]
    assert report.problems == [Problem(line=3, column="", why="has only 6 of 8 cells; is the file cut off?")]


def test_a_header_in_the_middle_is_refused() -> None:
    drafts, report = parse(GOOD, HEADER, "mug,Mug,,,M,1,5,")
    assert [draft.handle for draft in drafts] == ["tee", "mug"]
    assert report.problems == [Problem(line=3, column="", why="is the header once more")]


def test_html_becomes_what_a_reader_sees() -> None:
    html = "<style>p{}</style><p>Warm &amp; dry</p><script>alert(1)</script><ul><li>one</li><li>two</li></ul>a<br>b"
    assert plain_text(html) == "Warm & dry\n- one\n- two\na\nb"
    assert plain_text("5 < 6 and no tags") == "5 < 6 and no tags"


def test_a_slug_is_an_address() -> None:
    assert slug("  Crème Brûlée_Set (2) ") == "crème-brûlée-set-2"
