"""The client in TypeScript on a real host; handlers and reporters in Python on the other side."""

import asyncio
from pathlib import Path

import pytest

from meldpunt.client import Readability
from meldpunt.client.http.api import LineApi
from meldpunt.client.keys.randomness import utc_today
from meldpunt.client.transfer.export_file import check_export
from meldpunt.client.transfer.line_transfer import LineTransfer
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server import commands
from tests.support.faulty_proxy import FaultyProxy
from tests.support.process import HostProcess
from tests.web.client import TEXT, WRITTEN, ClientFailure, WebClient, fails, submit, web_client
from tests.web.office import PAGE, WebOffice

CONTENT = {"answers": [{"question": "q1", "answer": "ja"}]}


async def test_a_handler_in_python_reads_what_typescript_reports(
    office: WebOffice, client: WebClient
) -> None:
    left_out = office.ids(2)
    draft = client.do("prepare", report={**WRITTEN, "leaveOut": left_out, "content": CONTENT})
    assert sorted(draft["readers"]) == sorted(office.ids(0, 1))
    assert draft["notices"] == []
    assert await office.read_all() == []  # nothing is sent before the person has the code
    assert client.do("confirms", typed=f" {draft['receipt'].lower()} ") is True
    assert client.do("confirms", typed="0000-0000-0000-0000-0000") is False
    client.do("send")
    thread = await office.read()
    [message] = thread.messages
    assert message.payload is not None
    assert message.payload.content["text"] == TEXT
    assert message.payload.content["answers"] == CONTENT["answers"]
    assert [handler.hex() for handler in thread.left_out] == left_out
    assert (thread.alarms, thread.notices) == ((), ())
    assert await office.read_all(2) == []


async def test_a_thread_goes_both_ways_until_it_is_withdrawn(
    office: WebOffice, client: WebClient
) -> None:
    receipt = submit(client, readers=office.ids(0, 1))
    handler = office.handlers[0]
    await handler.acknowledge(await office.read(), "Wij hebben dit gelezen.", language="nl")
    shown = client.do("visit", receipt=receipt)
    assert [(m["tag"], m["readability"], m.get("text")) for m in shown["messages"]] == [
        ("report", "own", None),
        ("acknowledgement", "opened", "Wij hebben dit gelezen."),
    ]
    assert shown["status"]["state"] == "acknowledged"
    assert (shown["alarms"], shown["notices"], shown["erased"]) == ([], [], False)
    client.do("reply", reply={"text": "Dank u.", "language": "nl"})
    thread = await office.read()
    assert thread.messages[-1].text == "Dank u."
    await handler.feedback(thread, "Dit hebben wij gedaan.", language="nl")
    await handler.close(await office.read(), "Wij sluiten af.", language="nl")
    assert client.do("refresh")["status"]["state"] == "closed"
    client.do("reopen", reply={"text": "Het is niet klaar.", "language": "nl"})
    assert (await office.read()).messages[-1].header.tag is Tag.REOPENING
    assert client.do("refresh")["status"]["state"] == "feedback-given"
    client.do("withdraw", immediate=True)
    gone = client.do("refresh")
    assert (gone["erased"], gone["alarms"]) == (True, [])
    assert fails(client, "reply", reply=WRITTEN)["code"] == "erased"


async def test_each_client_opens_reports_of_the_other(office: WebOffice, client: WebClient) -> None:
    reporter, handler = office.reporter(), office.handlers[0]
    line = await reporter.line()
    made = await reporter.prepare(line, TEXT, language="nl", readers=[handler.keys.handler_id])
    await reporter.send(made)
    await handler.acknowledge(await office.read(), "Gelezen.", language="nl")
    assert client.do("visit", receipt=made.receipt)["messages"][1]["text"] == "Gelezen."
    client.do("reply", reply={"text": "Uit de browser.", "language": "nl"})
    visit = await reporter.open(made.receipt)
    readable = [message.readability for message in visit.thread.messages]
    assert readable == [Readability.OWN, Readability.OPENED, Readability.OWN]
    assert (await office.read()).messages[-1].text == "Uit de browser."
    theirs = await reporter.open(submit(client))
    assert [message.readability for message in theirs.thread.messages] == [Readability.OWN]


async def test_a_taken_over_report_opens_with_the_new_code_alone(
    office: WebOffice, client: WebClient
) -> None:
    old = submit(client, readers=office.ids(0))
    handler = office.handlers[0]
    await handler.acknowledge(await office.read(), "Gelezen.", language="nl")
    client.do("visit", receipt=old)
    new = client.do("takeOver")
    client.do("fail", at=0, how="answer")
    assert fails(client, "sendTakeover")["isFinal"] is False
    client.do("sendTakeover")
    assert fails(client, "visit", receipt=old)["kind"] == "not-found"
    shown = client.do("visit", receipt=new)
    assert [message["tag"] for message in shown["messages"]][-1] == "succession"
    assert (shown["alarms"], shown["notices"]) == ([], [])
    assert fails(client, "takeOver")["code"] == "taken-over"
    client.do("reply", reply=WRITTEN)
    thread = await office.read()
    assert (thread.alarms, thread.messages[-1].text) == ((), TEXT)
    await handler.reply(thread, "Voor u alleen.", language="nl")
    assert client.do("refresh")["messages"][-1]["text"] == "Voor u alleen."


async def test_a_wrong_code_is_refused_before_anything_is_sent(client: WebClient) -> None:
    receipt = submit(client)
    client.do("fail", at=1000, how="request")
    wrong = receipt[:-1] + ("0" if receipt[-1] != "0" else "1")
    assert fails(client, "visit", receipt=wrong)["reason"] == "receipt-check"
    assert fails(client, "visit", receipt=receipt[:-5])["reason"] == "receipt-length"
    assert client.do("requests") == []
    assert client.do("visit", receipt=receipt.replace("-", " ").lower())["erased"] is False
    unused = client.do("prepare", report=WRITTEN)["receipt"]
    assert fails(client, "visit", receipt=unused)["kind"] == "not-found"


async def test_no_request_carries_anything_of_a_page(office: WebOffice, client: WebClient) -> None:
    client.do("fail", at=1000, how="request")
    receipt = submit(client)
    client.do("visit", receipt=receipt)
    client.do("reply", reply=WRITTEN)
    requests = client.do("requests")
    assert len(requests) >= 7
    for request in requests:
        assert request["cache"] == "no-store"
        assert request["credentials"] == "omit"
        assert request["referrerPolicy"] == "no-referrer"
        assert request["redirect"] == "error"
        assert receipt not in str(request)
        names = {"accept", "accept-encoding", "content-type", "content-digest"}
        assert set(request["headers"]) <= names | {"signature", "signature-input"}
    assert "PUT /v1/report" in {f"{r['method']} {r['path']}" for r in requests}
    assert (await office.read_all()) or (await office.read_all(1))


@pytest.mark.parametrize("how", ["request", "answer", "body"])
async def test_a_network_that_goes_in_the_middle_leaves_nothing_twice(
    office: WebOffice, client: WebClient, how: str
) -> None:
    """Each request of a report, a visit and a reply fails once; the person tries again."""
    reports, replies, receipt = 0, 0, ""
    for at in range(20):
        receipt = client.do("prepare", report={**WRITTEN, "readers": office.ids(0)})["receipt"]
        client.do("fail", at=at, how=how)
        if not _again(client, "send"):
            break
        reports += 1
    assert at == 2  # a challenge and the report
    reports += 1
    for at in range(20):
        client.do("fail", at=at, how=how)
        if not _again(client, "visit", receipt=receipt):
            break
    assert at == 4  # the line, a challenge, the status, the messages
    for at in range(20):
        reply = {"text": f"Antwoord {at}", "language": "nl"}
        client.do("fail", at=-1, how=how)  # the network is whole again
        client.do("refresh")
        client.do("fail", at=at, how=how)
        failed = _again(client, "reply", reply=reply)
        replies += 1
        if not failed:
            break
    assert at == 1  # the message: the challenge is there
    threads = await office.read_all()
    assert len(threads) == reports
    longest = max(threads, key=lambda thread: len(thread.messages))
    assert [message.text for message in longest.messages[1:]] == [
        f"Antwoord {n}" for n in range(replies)
    ]
    assert all((thread.alarms, thread.notices) == ((), ()) for thread in threads)


def _again(client: WebClient, command: str, **given: object) -> bool:
    """Give a command until it succeeds; say whether it failed at first."""
    try:
        client.do(command, **given)
    except ClientFailure as failure:
        if failure.error["code"] != "unreachable":
            raise
        client.do(command, **given)
        return True
    return False


async def test_a_transport_sends_the_same_bytes_again_by_itself(
    office: WebOffice, client: WebClient
) -> None:
    client.do("open", address=office.address, delays=[1, 1])
    client.do("prepare", report={**WRITTEN, "readers": office.ids(0)})
    client.do("fail", at=1, how="answer")
    client.do("send")
    puts = [request for request in client.do("requests") if request["method"] == "PUT"]
    assert len(puts) == 2
    assert puts[0] == puts[1]
    assert len(await office.read_all()) == 1


async def test_a_host_that_stalls_ends_at_the_limit(
    office: WebOffice, client: WebClient, proxy: FaultyProxy
) -> None:
    client.do("open", address=office.address, limits={"grace": 3000})
    client.do("prepare", report={**WRITTEN, "readers": office.ids(0)})
    proxy.stalls = True
    try:
        assert fails(client, "send")["code"] == "slow"
    finally:
        proxy.stalls = False
    client.do("send")
    assert len(await office.read_all()) == 1


async def test_a_page_that_the_operator_lists_can_report_and_another_cannot(
    office: WebOffice, client: WebClient
) -> None:
    assert client.do("open", address=office.address, page=PAGE)["name"] == "Meldpunt integriteit"
    receipt = submit(client, readers=office.ids(0))
    client.do("look")
    client.do("visit", receipt=receipt)
    client.do("reply", reply=WRITTEN)
    assert len((await office.read()).messages) == 2
    stranger = fails(client, "open", address=office.address, page="https://other.example")
    assert stranger["code"] == "unreachable"
    assert "MELDPUNT_FRONTEND_ORIGINS" in str(stranger["hint"])


def test_plain_http_goes_to_this_machine_and_to_tor_only() -> None:
    line = "/v1/lines/" + "a" * 32
    with web_client() as client:
        assert fails(client, "open", address=f"http://report.example{line}")["code"] == "insecure"
        for wrong in ("https://report.example", f"ftp://x{line}", f"https://a@b.example{line}"):
            assert fails(client, "open", address=wrong)["code"] == "address"
        for fine in (f"http://127.0.0.1:1{line}", f"http://{'a' * 56}.onion{line}"):
            assert fails(client, "open", address=fine)["code"] == "unreachable"


async def test_an_expired_line_warns_and_past_its_grace_seals_nothing(
    office: WebOffice, client: WebClient
) -> None:
    receipt = submit(client, readers=office.ids(0))
    document = (await office.reporter().line()).document
    left = (document.expires_on - utc_today()).days
    client.do("wait", days=left + 3)
    assert {"kind": "document-expired"} in client.do("open", address=office.address)["notices"]
    client.do("wait", days=left + 31)
    notices = client.do("open", address=office.address)["notices"]
    assert {"kind": "document-past-grace"} in notices
    assert fails(client, "prepare", report=WRITTEN)["reason"] == "document-expired"
    client.do("visit", receipt=receipt)
    assert fails(client, "reply", reply=WRITTEN)["reason"] == "document-expired"
    assert len((await office.read()).messages) == 1


async def test_a_pin_refuses_a_line_that_goes_back(office: WebOffice, client: WebClient) -> None:
    pinned = client.do("open", address=office.address)["address"]
    address, _, pin = pinned.partition("#")
    assert client.do("open", address=pinned)["name"]
    other = "A" * 43
    assert fails(client, "open", address=f"{address}#1-0-{other}")["reason"] == "document-fork"
    digest = pin.removeprefix("1-0-")
    newer = f"{address}#2-0-{digest}"
    assert fails(client, "open", address=newer)["reason"] == "document-below-pin"
    rotated = f"{address}#1-1-{digest}"
    assert fails(client, "open", address=rotated)["reason"] == "key-number"
    assert fails(client, "open", address=f"{address}#1-{digest}")["code"] == "address"


async def test_a_text_and_the_bulletins_are_verified(office: WebOffice, client: WebClient) -> None:
    line = await office.reporter().line()
    served = await LineApi(office.transport()).text(line.document.line_id, line.document.form)
    assert client.do("text", name="form") == served.text.decode()
    look = client.do("look")
    assert look["days"]
    assert set(look["days"]).isdisjoint(look["unknown"])
    assert client.do("news", receipt=submit(client)) == []
    assert look["isNamed"] is True
    unnamed = office.address.replace("127.0.0.1", "localhost")  # the document names no such origin
    client.do("open", address=unnamed)
    assert client.do("look")["isNamed"] is False


async def test_a_line_that_moved_is_followed_with_its_report(
    office: WebOffice, client: WebClient, other_host: HostProcess, tmp_path: Path
) -> None:
    receipt = submit(client, readers=office.ids(0))
    client.do("visit", receipt=receipt)
    draft = client.do("prepare", report={**WRITTEN, "readers": office.ids(0)})
    await _move(office, other_host, tmp_path)
    client.do("send")  # sealed before the move
    client.do("reply", reply=WRITTEN)
    assert {"kind": "line-moved"} in client.do("open", address=office.address)["notices"]
    shown = client.do("visit", receipt=receipt)
    assert (len(shown["messages"]), shown["alarms"]) == (2, [])
    assert len(client.do("visit", receipt=draft["receipt"])["messages"]) == 1


async def _move(office: WebOffice, new: HostProcess, folder: Path) -> None:
    """Move a line with everything on it."""
    transfer = LineTransfer(office.line_keys, utc_today())
    path = folder / "line.export"
    with_old, with_new = office.transport(), office.transport(new.origin)
    await transfer.announce(with_old, with_new)
    await transfer.export(with_old, path, lambda *_: None)
    invite = await asyncio.to_thread(commands.create_invite, new.settings)
    file = check_export(path, office.line_keys)
    await transfer.import_file(with_new, file, lambda *_: None, invite=invite)
