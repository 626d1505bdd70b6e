"""The contract: what is served, what is kept in openapi/, and what a host does are one."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from meldpunt.protocol.verify.fields import Model
from meldpunt.server.http.contract import BASE_PATH, contract, contract_text
from meldpunt.wire.problems import PROBLEM_MEDIA_TYPE, ProblemType
from tests.support.answers import assert_guarded, not_found
from tests.support.endpoints import BULLETINS, ENDPOINTS, NOBODY, UPLOADS, Endpoint, call
from tests.support.hosts import FRONTEND, TestHost, new_host

KEPT: Final = Path(__file__).parents[2] / "openapi" / "meldpunt-v1.json"
PAGE: Final = "/v1/docs"


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every operation of the document, named as endpoints are."""
    for path, methods in contract()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {BASE_PATH}{path}", operation


def operation_of(endpoint: Endpoint) -> dict[str, Any]:
    return dict(operations())[str(endpoint)]


def test_the_file_in_the_repository_is_the_contract() -> None:
    assert KEPT.read_text() == contract_text(), "run: make openapi"


def test_the_document_is_valid() -> None:
    validate(contract())


def test_the_document_lists_the_endpoints_and_no_other() -> None:
    only_for_a_line_that_has_left = "DELETE /v1/lines/{lineId}/reports"
    expected = (*map(str, ENDPOINTS), *BULLETINS, *UPLOADS, only_for_a_line_that_has_left)
    assert sorted(name for name, _ in operations()) == sorted(expected)


def test_every_operation_has_a_name_of_its_own_and_a_summary() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert len(set(names)) == len(names)
    for name, operation in operations():
        assert re.fullmatch("[a-z]+[A-Za-z]*", operation["operationId"]), name
        assert 10 < len(operation["summary"]) <= 100, name
        assert len(operation["description"]) > 30, name
        assert operation["tags"], name


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_every_operation_describes_its_refusals(endpoint: Endpoint) -> None:
    responses = operation_of(endpoint)["responses"]
    expected = {"400", "406", "500"}
    if endpoint.signer != NOBODY:
        expected |= {"401"}
        assert operation_of(endpoint)["security"]
    if endpoint.takes_body:
        expected |= {"413", "415"}
    if "{" in endpoint.path and not (endpoint.path.count("/") == 3 and endpoint.takes_body):
        expected |= {"404"}
    assert expected <= set(responses)
    for status, response in responses.items():
        assert response["description"] not in {"", "Successful Response"}
        if status >= "400":
            shape = response["content"][PROBLEM_MEDIA_TYPE]["schema"]["$ref"]
            assert shape == "#/components/schemas/Problem"
            assert "urn:meldpunt:problem:" in response["description"]


def test_every_parameter_says_its_form() -> None:
    for name, operation in operations():
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], name
            schema = parameter["schema"]
            assert {"pattern", "enum", "maximum"} & set(schema), (name, parameter["name"])


def test_every_type_of_problem_is_listed() -> None:
    listed = contract()["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
    assert listed == [kind.uri for kind in ProblemType]


def test_the_document_knows_no_null_and_no_float() -> None:
    """The strict JSON of the protocol has neither."""
    text = contract_text()
    assert '"type": "null"' not in text
    assert not re.search(r"[0-9]\.[0-9]+(,|\n)", text)


def matches(value: Any, schema: dict[str, Any]) -> bool:  # noqa: ANN401 (any JSON)
    """Say whether a value has a shape of the document: the part of JSON Schema that it uses."""
    whole = {**schema, "components": contract()["components"]}
    return bool(OAS31Validator(whole).is_valid(value))


def examples_of(described: dict[str, Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Give each example of a body, and the shape that it must have."""
    for content in described.get("content", {}).values():
        if "example" in content:
            yield content["example"], content["schema"]
        for example in content.get("examples", {}).values():
            yield example["value"], {"type": "string"}


@pytest.mark.parametrize("name", dict(operations()))
def test_every_operation_has_examples_of_the_shapes_described(name: str) -> None:
    operation = dict(operations())[name]
    answers, request = operation["responses"], operation.get("requestBody", {})
    taken = [answer for status, answer in answers.items() if status < "300"]
    refused = [answer for status, answer in answers.items() if status >= "400"]
    wanted = [[request]] if request else []
    wanted += [taken] if any("content" in answer for answer in taken) else []
    wanted += [] if name.startswith("HEAD ") else [refused]  # no answer to HEAD has a body
    for bodies in wanted:
        assert any(list(examples_of(body)) for body in bodies)
    for body in (request, *answers.values()):
        assert all(matches(example, shape) for example, shape in examples_of(body))
    for parameter in operation.get("parameters", ()):
        assert "example" in parameter or not parameter.get("required"), parameter["name"]
        assert "example" not in parameter or matches(parameter["example"], parameter["schema"])


def test_the_examples_are_those_of_the_worked_life() -> None:
    acts = json.loads((KEPT.parent / "life.json").read_text("utf-8"))["acts"]
    sent = [each for act in acts for each in act["exchanges"]]
    report = next(each for each in sent if each["request"]["target"] == "/v1/report")
    operation = dict(operations())["PUT /v1/report"]
    request = operation["requestBody"]["content"]["application/json"]
    assert request["example"] == report["request"]["json"]
    answer = operation["responses"]["201"]["content"]["application/json"]
    assert answer["example"] == report["answer"]["json"]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
async def test_what_a_host_takes_and_answers_has_the_shape_described(
    sqlite_host: TestHost, endpoint: Endpoint
) -> None:
    made = call(endpoint, sqlite_host, await sqlite_host.report())
    operation = operation_of(endpoint)
    if made.model is not None:
        body: Model = made.model
        shape = operation["requestBody"]["content"]["application/json"]["schema"]
        assert matches(json.loads(body.to_json()), shape)
    answer = await made.caller.send(endpoint.method, made.path, made.model)
    described = operation["responses"][str(answer.status_code)]
    assert answer.headers["api-version"] == contract()["info"]["version"]
    if answer.status_code != 204:
        assert matches(answer.json(), described["content"]["application/json"]["schema"])
    refusal = await sqlite_host.http.request(
        endpoint.method, made.path, headers={"accept": "text/html"}
    )
    shape = operation["responses"]["406"]["content"][PROBLEM_MEDIA_TYPE]["schema"]
    assert matches(refusal.json(), shape)


@pytest.mark.parametrize("origin", [None, FRONTEND, "https://anything.example"])
async def test_any_page_may_read_the_contract(sqlite_host: TestHost, origin: str | None) -> None:
    headers = {} if origin is None else {"origin": origin}
    answer = await sqlite_host.http.get("/v1/openapi.json", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] in {"*", origin}
    assert answer.json() == contract()
    assert_guarded(answer)


async def test_the_operators_contact_stands_in_the_served_contract() -> None:
    contact = {"contact_name": "City of Voorbeeld", "contact_email": "api@city.example"}
    async with new_host("sqlite", empty=True, **contact) as host:
        served = (await host.http.get("/v1/openapi.json")).json()
    assert served["info"].pop("contact") == {
        "name": "City of Voorbeeld",
        "email": "api@city.example",
        "url": "https://host.example",
    }
    kept = contract()
    info = {name: value for name, value in kept["info"].items() if name != "contact"}
    assert served == kept | {"info": info}


class References(HTMLParser):
    """Collects what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag != "base"
        for name, value in attrs:
            if name in {"src", "href", "action", "data", "srcset", "poster", "style"}:
                self.found.append(value or "")


async def test_the_page_of_the_contract_asks_no_third_party(sqlite_host: TestHost) -> None:
    page = await sqlite_host.http.get(PAGE)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert_guarded(page)
    references = References()
    references.feed(page.text)
    assert len(references.found) >= 4
    assert "//" not in page.text
    for reference in references.found:
        assert reference.startswith(f"{PAGE}/")
        asset = await sqlite_host.http.get(reference)
        assert asset.status_code == 200
        assert len(asset.content) > 50
        assert_guarded(asset)


async def test_the_page_may_not_reach_a_third_party(sqlite_host: TestHost) -> None:
    """Whatever a script of it would try."""
    policy = (await sqlite_host.http.get(PAGE)).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    for directive in policy.split("; "):
        sources = directive.split(" ")[1:]
        assert set(sources) <= {"'none'", "'self'", "'unsafe-inline'", "data:"}
    assert "script-src 'self';" in policy


async def test_the_styles_of_the_page_load_nothing(sqlite_host: TestHost) -> None:
    style = (await sqlite_host.http.get(f"{PAGE}/swagger-ui.css")).text
    assert "@import" not in style
    urls = re.findall(r"url\(([^)]{0,40})", style)
    assert all(url.strip("\"'").startswith("data:") for url in urls)


async def test_the_page_starts_with_the_hosts_own_document(sqlite_host: TestHost) -> None:
    script = (await sqlite_host.http.get(f"{PAGE}/start.js")).text
    assert '"/v1/openapi.json"' in script
    assert "validatorUrl: null" in script
    assert "http" not in script


@pytest.mark.parametrize("asset", ["nothing.js", "%2e%2e%2fsecrets.json", "start.js/", ""])
async def test_the_page_has_no_other_files(sqlite_host: TestHost, asset: str) -> None:
    answer = await sqlite_host.http.get(f"{PAGE}/{asset}")
    not_found(answer)
