"""What a handler's client in TypeScript notices of a bad host, and what its key file remembers."""

from pathlib import Path
from shutil import copyfile
from typing import Any

from meldpunt.client.keys.randomness import utc_today
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from tests.web.handler import PASSPHRASE, TEXT, WebHandler, command, refusal, said


async def _conversation(carla: WebHandler) -> str:
    """Let a report, an acknowledgement and a reply arrive; return the entry that Carla has read."""
    made = await carla.report(0)
    carla.read()
    carla.act("acknowledge", said("Gelezen."))
    visit = await carla.office.reporter().open(made.receipt)
    await visit.reply("Dank u.", language="nl")
    entry: str = carla.do("refresh")["entry"]
    return entry


def _told(shown: dict[str, Any]) -> set[str]:
    """Return reasons of alarms and kinds of notices."""
    return {each["reason"] for each in shown["alarms"]} | {
        each["kind"] for each in shown["notices"]
    }


async def test_what_a_bad_host_changes_is_refused_or_told(carla: WebHandler) -> None:
    entry = await _conversation(carla)

    def read(how: str, times: int = 0) -> dict[str, Any]:
        carla.do("tamper", how=how, times=times)
        found: dict[str, Any] = carla.do("read", entry=entry)
        return found

    for how, told in {
        "state": {"host-state"},
        "clocks": {"host-clocks"},
        "erasure": {"host-clocks"},
        "document": {"host-document"},
        "count": {"host-count"},
        "day": {"host-day", "host-proof"},
        "proof": {"host-proof"},
        "erased": {"gap"},
    }.items():
        assert _told(read(how)) == told, how
    for how, readability in {"body": "refused", "no-body": "refused", "no-wrap": "no-wrap"}.items():
        shown = read(how)
        assert [m["readability"] for m in shown["messages"]] == ["opened", "opened", readability]
    for how, reason in {"signature": "signature", "other-keys": "other-report"}.items():
        carla.do("tamper", how=how)
        assert refusal(carla, "read", entry=entry) == reason
    assert _told(read("hide-newest")) >= {"unknown-seen"}  # only the memory shows it
    assert refusal(carla, "act", act="reply", given=[said("Aan wie?")]) == "unknown-seen"
    assert _told(read("hide-first")) >= {"gap", "unknown-seen"}
    assert "second-look" in _told(read("hide-newest", times=1))
    assert carla.do("passOn") == 0
    carla.do("tamper", how="empty-inbox")
    missing = carla.do("absences")["missing"]
    assert missing == [{"entry": entry, "mayHaveEnded": False}]
    carla.do("tamper", how="other-entry")
    absences = carla.do("absences")
    assert ([each["entry"] for each in absences["missing"]], len(absences["foreign"])) == (
        [entry],
        1,
    )
    carla.do("tamper", how="no-box-keys")
    assert carla.do("due") == {
        "published": True,
        "notice": {"kind": "no-box-key", "handler": carla.id.hex()},
    }
    assert _told(read("more")) == set()
    assert carla.do("due") == {"published": False}


async def test_memory_crosses_between_two_languages(carla: WebHandler, tmp_path: Path) -> None:
    entry = await _conversation(carla)
    carla.do("save")
    content = carla.content()
    seen = content.memory.reports[ids.EntryId(bytes.fromhex(entry))]
    assert seen.whole_on == utc_today()
    assert (len(seen.heads), seen.reporter_n, seen.known_alarms) == (2, 1, frozenset())
    second = tmp_path / "second.key"
    copyfile(carla.file, second)
    second.chmod(0o600)
    other = await carla.report(text="Nog een melding.")
    listed = (await command("handler", "inbox", file=second))["entries"]
    assert len(listed) == 2
    name = encode_base64url(bytes.fromhex(entry))
    [new] = [each["entry"] for each in listed if each["entry"] != name]
    await command("handler", "read", new, file=second)
    assert carla.do("merge", file=str(second), passphrase=PASSPHRASE)
    carla.do("tamper", how="empty-inbox")
    assert len(carla.do("absences")["missing"]) == 2  # what only Python has read is missed here
    carla.do("tamper", how="more")
    await command("handler", "read", new, file=carla.file)  # another window
    carla.do("read", entry=entry)
    carla.do("save")
    again = carla.content().memory
    assert len(again.reports) == 2
    assert other.receipt not in str(again)


async def test_a_renewal_moves_messages_and_destroys_keys_for_both(carla: WebHandler) -> None:
    entry = await _conversation(carla)
    carla.do("wait", days=55)
    carla.do("tamper", how="no-body")
    kept = carla.do("renew", giveUp=[])
    assert (kept["rewrapped"], kept["forgotten"]) == (2, 0)
    assert [(each["entry"], each["reason"]) for each in kept["waiting"]] == [(entry, "body-hash")]
    carla.do("tamper", how="more")
    done = carla.do("renew", giveUp=[])
    assert (done["rewrapped"], done["forgotten"], done["waiting"]) == (1, 1, [])
    assert done["told"] == [[1, 1]]
    carla.open()
    texts = [message["text"] for message in carla.do("read", entry=entry)["messages"]]
    assert texts == [TEXT, "Gelezen.", "Dank u."]
    content = carla.content()
    assert [chain.number for chain in content.chains] == [1]
    shown = await command(
        "handler", "read", encode_base64url(bytes.fromhex(entry)), file=carla.file
    )
    assert [message["content"]["text"] for message in shown["messages"]] == texts
