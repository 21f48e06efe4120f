"""The documents say what the models say."""

from pathlib import Path

import pytest
import yaml

from web.protocol_docs import DOCS, asyncapi, write


@pytest.mark.parametrize("name", ["protocol.md", "protocol.asyncapi.yaml"])
def test_the_documents_equal_the_models(tmp_path: Path, name: str) -> None:
    write(tmp_path)

    assert (DOCS / name).read_text(encoding="utf-8") == (tmp_path / name).read_text(encoding="utf-8"), (
        "write them anew with `python -m web.protocol_docs`"
    )


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi()
    text = yaml.safe_dump(document)
    references = {line.partition("#/")[2].strip("'\" ") for line in text.splitlines() if "$ref" in line}

    assert references
    for reference in references:
        place = document
        for step in reference.split("/"):
            place = place[step]
