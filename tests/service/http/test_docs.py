"""docs/reference/api.md lists every operation as the OpenAPI document has it, which travels small."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.service.http.worlds import World, tried

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "api.md"


def test_the_page_lists_every_operation() -> None:
    async def asking(w: World) -> None:
        document = (await w.client.get("/openapi.json")).json()
        assert "\n".join(lines(document)) in PAGE.read_text("utf-8")

    tried(asking)


def test_every_schema_that_is_referred_to_says_what_it_holds() -> None:
    async def asking(w: World) -> None:
        document = (await w.client.get("/openapi.json")).json()
        schemas = document["components"]["schemas"]
        referred = {ref.removeprefix("#/components/schemas/") for ref in references(document)}
        assert "Problem" in referred
        assert {name for name in referred if set(schemas[name]) == {"$ref"}} == set()
        assert set(schemas["Problem"]["properties"]) >= {"type", "title", "status", "detail", "errors"}

    tried(asking)


def references(node: Any) -> Iterator[str]:
    """Every `$ref` in a document."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def test_what_is_long_travels_compressed_to_whoever_takes_it() -> None:
    async def asking(w: World) -> None:
        small = await w.client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
        whole = await w.client.get("/openapi.json", headers={"Accept-Encoding": "identity"})
        assert (small.headers["content-encoding"], "content-encoding" in whole.headers) == ("gzip", False)
        assert int(small.headers["content-length"]) * 4 < int(whole.headers["content-length"])
        assert small.json() == whole.json()

    tried(asking)


def lines(document: dict[str, Any]) -> Iterator[str]:
    """The table as it should stand on the page."""
    yield "| request | what it does | problems |"
    yield "|---|---|---|"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            query = "".join(f" `?{p['name']}`" for p in operation["parameters"] if p["in"] == "query")
            common = {"400", "401", "403", "408", "413", "415", "421", "422", "429", "503"}
            problems = [status for status in operation["responses"] if status >= "4" and status not in common]
            yield f"| `{method.upper()} {path}`{query} | {operation['summary']} | {', '.join(problems) or '-'} |"
