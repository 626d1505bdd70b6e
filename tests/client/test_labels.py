"""Labels of handlers: the newest counts, and two side by side both count until somebody decides."""

from meldpunt.client import report_labels
from tests.client.hosted_line import HostedLine


async def test_two_labels_side_by_side_both_count_until_somebody_decides(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    ann, bo = hosted.handlers[:2]
    ann_saw, bo_saw = await hosted.only_entry(ann), await hosted.only_entry(bo)
    by_ann = ann.seal_labels(ann_saw, {"outcome": "talk", "assignee": "Ann"}, language="en")
    by_bo = bo.seal_labels(bo_saw, {"outcome": "apology"}, language="en")
    await ann.send(ann_saw, by_ann)
    await bo.send(bo_saw, by_bo)
    for handler in (ann, bo):
        labels = report_labels(await hosted.only_entry(handler))
        assert sorted(label.value for label in labels["outcome"]) == ["apology", "talk"]
        assert [label.value for label in labels["assignee"]] == ["Ann"]
    thread = await hosted.only_entry(bo)
    decided = bo.seal_labels(thread, {"outcome": "talk", "assignee": ""}, language="en")
    await bo.send(thread, decided)
    labels = report_labels(await hosted.only_entry(ann))
    assert [(label.value, label.author) for label in labels["outcome"]] == [
        ("talk", bo.keys.handler_id)
    ]
    assert "assignee" not in labels
    assert report_labels((await hosted.visit(submission)).thread) == {}


async def test_a_reporter_writes_no_labels(hosted: HostedLine) -> None:
    await hosted.open_line()
    visit = await hosted.visit(await hosted.submit())
    content = {"labels": [{"field": "outcome", "value": "talk"}]}
    await visit.send(await visit.seal("Hello.", language="en", content=content))
    assert report_labels(await hosted.only_entry(hosted.handlers[0])) == {}
