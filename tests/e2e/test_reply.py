"""A family answers its letter in a browser: six languages, narrow and wide, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from e2e.visits import NARROW, VISITED, WIDE, faults
from jalon.config.embedded import running
from jalon.outreach.codes import new_code
from jalon.outreach.enums import Language
from jalon.outreach.reply.showing import CHOICES, OTHER_CHOICES

# A telephone of long ago, or twice the size on one of today.
SMALLEST = 320
_MOST_BYTES = 30_000
# Looked at here, at the same time as another process looks at all others.
PAGES = {"reply:answer", "reply:answer_with_code"}
_APPROACH = """
SELECT approach.id, person.id, person.birth_date, code.value FROM outreach_approach AS approach
JOIN families_person AS person ON person.family_id = approach.family_id
    AND person.role = 'responsible' AND person.birth_date IS NOT NULL
LEFT JOIN outreach_answercode AS code ON code.approach_id = approach.id
WHERE approach.ended_on IS NULL AND approach.answered_at IS NULL
    AND coalesce(approach.window_ends_on >= current_date, true)
ORDER BY code.id IS NOT NULL, approach.id LIMIT 1
"""


# A support of the family that closed today, of any social worker.
_CLOSED = """
INSERT INTO interventions_support (public_id, family_id, worker_id, state, drafted_on, started_on,
    ends_on, limit_on, closed_on, closing, suspension)
SELECT gen_random_uuid(), approach.family_id, (SELECT min(id) FROM directory_staffmember),
    'closed', current_date - 200, current_date - 190, current_date, current_date, current_date,
    'reached', ''
FROM outreach_answercode AS code
JOIN outreach_approach AS approach ON approach.id = code.approach_id
WHERE code.value = %s
RETURNING id
"""


@dataclass(frozen=True)
class Letter:
    """What a family has in its hands, and knows."""

    code: str
    day: int
    month: int


@pytest.fixture
def letter(demonstration: str, demonstration_data: Path) -> Letter:
    """A letter to a family that has not answered; one that none was sent to, while there are."""
    assert demonstration
    with (
        running(demonstration_data / "postgresql") as server,
        psycopg.connect(server.owner_url, autocommit=True) as owner,
    ):
        found = owner.execute(_APPROACH).fetchone()
        assert found is not None, "no family of the demonstration can be written to"
        approach, person, born, code = found
        owner.execute(
            "UPDATE outreach_approach SET addressee_id = %s WHERE id = %s", [person, approach]
        )
        if code is None:
            code = new_code()
            owner.execute(
                "INSERT INTO outreach_answercode (approach_id, value) VALUES (%s, %s)",
                [approach, code],
            )
    return Letter(code, born.day, born.month)


@pytest.fixture
def asked(letter: Letter, demonstration_data: Path) -> Iterator[Letter]:
    """The same letter, while the family is asked what it thought of its support."""
    with (
        running(demonstration_data / "postgresql") as server,
        psycopg.connect(server.owner_url, autocommit=True) as owner,
    ):
        ((support,),) = owner.execute(_CLOSED, [letter.code]).fetchall()
        yield letter
        for table, key in (("familyopinion", "support_id"), ("support", "id")):
            owner.execute(f"DELETE FROM interventions_{table} WHERE {key} = {support}")


@contextmanager
def telephone(browser: Browser, width: int, *, scripts: bool) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 700}, locale="fr-FR", java_script_enabled=scripts
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def speak(page: Page, language: Language) -> None:
    page.locator(f"button[name=langue][value='{language.value}']").click()
    expect(page.locator(f"button[value='{language.value}'][aria-current]")).to_be_visible()


def enter(page: Page, letter: Letter) -> None:
    page.locator("#day").fill(str(letter.day))
    page.locator("#month").fill(str(letter.month))
    page.locator("button.go").click()
    expect(page.locator("button[value=meeting]")).to_be_visible()


def test_every_step_in_every_language(
    browser: Browser, demonstration: str, letter: Letter
) -> None:
    wrong: list[str] = []
    with telephone(browser, NARROW, scripts=True) as page:
        page.on("console", lambda said: wrong.append(said.text))
        page.goto(f"{demonstration}/r/{letter.code}")
        wrong += faults(page)
        # One column at any width: wide, the language that reads the other way tells of all.
        for language in Language:
            widths = (WIDE, NARROW) if language is Language.ARABIC else (NARROW,)
            page.goto(f"{demonstration}/r/")
            page.locator("#code").fill(letter.code)
            speak(page, language)
            page.locator("button.go").click()
            expect(page.get_by_role("alert")).to_be_visible()
            wrong += faults(page, widths)
            enter(page, letter)
            wrong += faults(page, widths)
            for what in (*CHOICES, *OTHER_CHOICES):
                page.locator(f"button[name=what][value={what.value}]").click()
                expect(page.locator("button.go")).to_be_visible()
                wrong += faults(page, widths)
                page.locator("button[name=back]").click()
            page.locator("button[name=what][value=call]").click()
            page.locator("button.go").click()
            expect(page.locator(".done")).to_be_visible()
            wrong += faults(page, widths)

    assert not wrong, "\n".join(wrong)
    assert PAGES <= VISITED


@pytest.mark.parametrize("language", Language)
def test_a_family_answers_without_scripts_on_a_small_telephone(
    browser: Browser, demonstration: str, letter: Letter, language: Language
) -> None:
    asked: list[Request] = []
    with telephone(browser, SMALLEST, scripts=False) as page:
        page.on("request", lambda one: asked.append(one))  # noqa: PLW0108 - Playwright wants one of its own
        answer = page.goto(f"{demonstration}/r/{letter.code}")
        assert answer is not None
        assert [one.url for one in asked] == [f"{demonstration}/r/{letter.code}"]
        sizes = asked[0].sizes()
        assert sizes["responseHeadersSize"] + sizes["responseBodySize"] < _MOST_BYTES
        speak(page, language)
        enter(page, letter)
        assert page.url == f"{demonstration}/r/"
        page.locator("button[value=meeting]").click()
        page.locator("label", has=page.locator("[value=tue_am]")).click()
        for button in page.locator("button:not(.default)").all():
            box = button.bounding_box() or {"height": 0}
            assert box["height"] >= 44, button.inner_text()
        fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator("button.go").click()
        expect(page.locator("button[name=time]").first).to_be_visible()
        assert page.context.cookies() == []
    assert fits


def test_a_family_chooses_its_time_and_calls_it_off_without_scripts(
    browser: Browser, demonstration: str, letter: Letter
) -> None:
    with telephone(browser, SMALLEST, scripts=False) as page:
        page.goto(f"{demonstration}/r/{letter.code}")
        enter(page, letter)
        page.locator("button[value=meeting]").click()
        page.locator("button.go").click()
        day, hour = page.locator("button[name=time]").nth(1).inner_text().splitlines()
        page.locator("button[name=time]").nth(1).click()
        expect(page.locator(".done")).to_be_visible()
        expect(page.locator(".card")).to_contain_text(day)
        expect(page.locator(".card")).to_contain_text(hour)

        # Another day, it is what is seen first.
        page.goto(f"{demonstration}/r/{letter.code}")
        page.locator("#day").fill(str(letter.day))
        page.locator("#month").fill(str(letter.month))
        page.locator("button.go").click()
        expect(page.locator(".card")).to_contain_text(hour)
        page.locator("button[name=cancel]").click()
        page.locator("button[name=sure]").click()
        expect(page.locator(".done")).to_be_visible()
        expect(page.locator("button[name=time]").filter(has_text=day).first).to_be_visible()
        assert page.url == f"{demonstration}/r/"
        assert page.context.cookies() == []


def test_times_and_appointments_in_every_language(
    browser: Browser, demonstration: str, letter: Letter
) -> None:
    wrong: list[str] = []
    with telephone(browser, NARROW, scripts=True) as page:
        page.on("console", lambda said: wrong.append(said.text))
        page.goto(f"{demonstration}/r/{letter.code}")
        enter(page, letter)
        page.locator("button[value=meeting]").click()
        page.locator("button.go").click()
        for go_on in ("[name=time]", "[name=cancel]", "[name=keep]"):
            expect(page.locator(f"button{go_on}").first).to_be_visible()
            for language in Language:
                speak(page, language)
                widths = (WIDE, NARROW) if language is Language.ARABIC else (NARROW,)
                wrong += faults(page, widths)
            page.locator(f"button{go_on}").first.click()

    assert not wrong, "\n".join(wrong)


def test_its_opinion_in_every_language(
    browser: Browser, demonstration: str, asked: Letter
) -> None:
    wrong: list[str] = []
    with telephone(browser, NARROW, scripts=True) as page:
        page.goto(f"{demonstration}/r/{asked.code}")
        page.locator("#day").fill(str(asked.day))
        page.locator("#month").fill(str(asked.month))
        page.locator("button.go").click()
        expect(page.locator("#listened")).to_be_visible()
        for language in Language:
            speak(page, language)
            wrong += faults(page)
        page.locator("button.go").click()
        expect(page.get_by_role("alert")).to_be_visible()
        wrong += faults(page)
        page.locator("label", has=page.locator("[name=listened][value=rather]")).click()
        page.locator("button.go").click()
        expect(page.locator(".done")).to_be_visible()
        speak(page, Language.FRENCH)
        wrong += faults(page)

    assert not wrong, "\n".join(wrong)


def test_the_key_of_a_keyboard_sends_the_form_not_a_language(
    browser: Browser, demonstration: str, letter: Letter
) -> None:
    with telephone(browser, SMALLEST, scripts=False) as page:
        page.goto(f"{demonstration}/r/{letter.code}")
        page.locator("#day").fill(str(letter.day))
        page.locator("#month").fill(str(letter.month))
        page.locator("#month").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Que souhaitez-vous ?")
