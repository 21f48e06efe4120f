"""Messages in a CSV file get what they ask for beside them; a bad file is refused with the row that is wrong."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evals.understanding import UnreadableInputError, main, read_rows


def _file(folder: Path, content: str | bytes) -> Path:
    path = folder / "in.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Caches go into a folder of the test."""
    data = tmp_path / "data"
    monkeypatch.setenv("STOREWRIGHT_DATA", str(data))
    return data


def test_columns_are_kept_and_three_are_added(
    tmp_path: Path, data_folder: Path, learnt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(learnt, data_folder)
    source = _file(
        tmp_path,
        '\ufeffid,text,note\n7,"cancel my order, please",ä\n8,what is the capital of france,"a ""b"""\n9,,\n'
        '10,"Hi!\nwhere is my parcel",x\n'
        f"11,{'where is my order ' * 5000},long\n",
    )
    out, numbers = tmp_path / "out.csv", tmp_path / "numbers.json"
    assert main(["--in", str(source), "--out", str(out), "--json", str(numbers)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "text", "note", "procedure", "confidence", "in_scope"]
    assert [row["id"] for row in rows] == ["7", "8", "9", "10", "11"]
    assert [row["in_scope"] for row in rows] == ["true", "false", "false", "true", "true"]
    assert [rows[0]["procedure"], rows[3]["procedure"]] == ["cancel_order", "order_status"]
    assert (rows[0]["note"], rows[1]["note"], rows[3]["text"]) == ("ä", 'a "b"', "Hi!\nwhere is my parcel")
    assert float(rows[0]["confidence"]) > 0.7 > 0.3 > float(rows[1]["confidence"])
    said = capsys.readouterr()
    assert said.out.splitlines()[-1].startswith("understanding: 5 rows, 60.0% in scope, ")
    assert "row 5: of 90000 characters the first 4000 were read" in said.err
    assert json.loads(numbers.read_text())["rows"] == 5


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "the file is empty"),
        ("id,message\n1,hi\n", "no column `text`; the header has 'id', 'message'"),
        ("id;text\n1;hi\n", "separated by commas, not by ';'"),
        ("text,text\nhi,ho\n", "'text' more than once"),
        ("text,in_scope\nhi,ho\n", "'in_scope' would be written over"),
        ("id,text\n", "no row"),
        ("id,text\n1,hi\n2,hello, you\n", "row 2: 3 cells where the header has 2"),
        ("id,text\n1,hi\n2\n", "row 2: 1 cells where the header has 2"),
        ('id,text\n1,hi\n2,"hello\n3,ho\n', "row 2 (ends at line 4): unexpected end of data"),
        ('id,text\n1,"hi" there\n', "row 1 (ends at line 2): ',' expected after '\"'"),
        ("id,text\n1,gr\u00fc\u00df dich\n".encode("latin-1"), "row 1 (line 2): not UTF-8 (byte 0xfc)"),
        ("id,text\n1,hi\n".encode("utf-16"), "this is UTF-16"),
        (b"PK\x03\x04rest", "an Excel workbook"),
        (b"id,text\n1,hi\n2,h\0i\n", "row 2 (line 3): a zero byte"),
        ("id,text\n1," + "x" * 10_000_001 + "\n", "row 1 (ends at line 2): field larger than field limit"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(UnreadableInputError) as caught:
        read_rows(_file(tmp_path, content))
    assert says in str(caught.value)


def test_a_bad_file_leaves_no_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = _file(tmp_path, "id,message\n1,hi\n")
    assert main(["--in", str(source), "--out", str(tmp_path / "out.csv")]) == 2
    assert "no column `text`" in capsys.readouterr().err
    assert main(["--in", str(tmp_path / "none.csv"), "--out", str(tmp_path / "out.csv")]) == 2
    assert main(["--in", str(_file(tmp_path, "text\nhi\n")), "--out", str(tmp_path / "no" / "out.csv")]) == 2
    assert list(tmp_path.glob("*out*")) == []


def test_nothing_of_the_shop_is_loaded() -> None:
    code = "import sys, evals.understanding; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"sqlalchemy", "sqlmodel", "chromadb", "fastapi", "langchain", "langgraph", "torch"} & set(loaded)
