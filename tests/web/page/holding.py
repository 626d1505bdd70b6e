"""Scripts that run before a page's own: what it waits for is held until the test lets it go."""

from typing import Final

from tests.web.page.person import Person

HELD: Final = """
  const letGo = [];
  const wait = () => new Promise((resolve) => letGo.push(resolve));
  window.held = () => letGo.length;
  window.letGo = () => letGo.splice(0).forEach((each) => each());
"""
"""What a page waits for until the test lets it go."""

HOLDS_MESSAGES: Final = f"""{HELD}
  const ask = window.fetch;
  window.fetch = async (...asked) => {{
    if (String(asked[0]).includes("/v1/report/messages?")) await wait();
    return ask(...asked);
  }};
"""

_HOLDS_METHOD: Final = """
  const ask = window.fetch;
  window.isHolding = true;
  window.fetch = async (...asked) => {
    if (asked[1]?.method === HELD && window.isHolding) await wait();
    return ask(...asked);
  };
"""
HOLDS_PARTS: Final = HELD + _HOLDS_METHOD.replace("HELD", '"PATCH"')
"""Parts of files wait."""
HOLDS_REPORTS: Final = HELD + _HOLDS_METHOD.replace("HELD", '"PUT"')
"""New reports wait."""

HOLDS_FILES: Final = f"""{HELD}
  const {{ slice, arrayBuffer }} = Blob.prototype;
  Blob.prototype.slice = function (...part) {{
    return Object.assign(slice.apply(this, part), {{ isSlow: this.name?.startsWith("slow") }});
  }};
  Blob.prototype.arrayBuffer = async function () {{
    if (this.isSlow) await wait();
    return arrayBuffer.call(this);
  }};
"""


def wait_held(person: Person, count: int = 1) -> None:
    """Wait until the page waits for so many things."""
    person.tab.evaluate(
        """async (count) => {
          while (window.held() < count) await new Promise((turn) => setTimeout(turn, 10));
        }""",
        count,
    )
