"""Every page that is reachable from `/` without scripts."""

import re
from urllib.parse import urldefrag, urljoin

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client

from messaging.message.actions import delete_message, edit_message, post_message

ENOUGH = 500  # pages; more means that the pages link to an endless series of others
ALIKE = range(5, 57)  # positions of messages whose own pages only repeat those of the others
# Django's admin is reached, but its own pages are not tested here.
ELSEWHERE = ("/admin/",)


@pytest.fixture
def talk(lobby, den, ana, bruno, eve):
    """Messages in rooms of every kind, enough for several pages of history."""
    for number in range(60):
        post_message(lobby, (ana, bruno)[number % 2], f"Number *{number}*", f"n{number}")
    edit_message(lobby.messages.get(position=59), "Edited")
    delete_message(lobby.messages.get(position=60))
    post_message(den, bruno, "Among us", "d")
    alike = lobby.messages.filter(position__in=ALIKE).values_list("pk", flat=True)
    return tuple(f"/messages/{pk}/" for pk in alike)


def crawl(client, alike, start="/"):
    """Return all pages that a user can reach, but those that begin like `alike`: {URL: HTML}."""
    pages, waiting = {}, [(start, "the start")]
    while waiting:
        address, found_on = waiting.pop()
        if address in pages or address.startswith(ELSEWHERE):
            continue
        if address.startswith(alike):
            continue
        response = client.get(address, follow=True)
        assert response.status_code == 200, f"{address}, linked from {found_on}"
        is_page = not response.streaming and "html" in response["Content-Type"]
        pages[address] = shown(BeautifulSoup(response.content if is_page else "", "html.parser"))
        assert len(pages) < ENOUGH, "\n".join(sorted(pages))
        here = response.redirect_chain[-1][0] if response.redirect_chain else address
        waiting += [(link, address) for link in links_in(pages[address], here)]
    return pages


def shown(page):
    """Return `page` without the links that its styles hide: to report one's own messages."""
    viewer = page.select_one("main[data-person]")
    own = f".message[data-author='{viewer['data-person']}']" if viewer else ".none"
    for link in page.select(f"{own} .not-author"):
        link.decompose()
    return page


def links_in(page, address):
    targets = [link["href"] for link in page.select("a[href]")]
    targets += [frame["src"] for frame in page.select("iframe")]
    forms = page.select('form[method="get"]:has(button)')
    for target in targets + [form["action"] for form in forms]:
        link = urldefrag(urljoin(address, target)).url
        if link.startswith("/"):
            yield link


@pytest.mark.parametrize("name", ["ana", "bruno"])
def test_there_is_no_dead_link_and_no_control_that_does_nothing(name, talk, client_of, request):
    client = client_of(request.getfixturevalue(name))
    pages = crawl(client, talk)
    assert {"/", "/rooms/lobby/", "/rooms/lobby/?before=11", "/rooms/den/"} <= set(pages)
    faults = [
        f"{fault}: {element} on {address}"
        for address, page in pages.items()
        for check in (faulty_links, faulty_forms, faulty_fields, faulty_improvements)
        for fault, element in check(page)
    ]
    faults += forms_that_fail(client, pages)
    assert not faults, "\n".join(faults)


BUTTONS = "button, input[type=submit]"


def faulty_links(page):
    for link in page.select("a"):
        target = link.get("href", "")
        if target in {"", "#"} or target.startswith("javascript:"):
            yield "leads nowhere", link
        elif target.startswith("#") and page.find(id=target[1:]) is None:
            yield "leads to a place that is not there", link
        if not name_of(link):
            yield "says nothing", link


def faulty_forms(page):
    for form in page.select("form"):
        if not form.select("input:not([type=hidden]), textarea, select, button"):
            continue  # a user can fill in nothing
        if form.get("method") not in {"get", "post"} or not form.get("action"):
            yield "goes nowhere", form
        if not form.select(BUTTONS):
            yield "has no button", form


def faulty_fields(page):
    for button in page.select(BUTTONS):
        if not name_of(button):
            yield "says nothing", button
    for field in page.select("input:not([type=hidden], [type=submit]), textarea, select"):
        is_labelled = page.find("label", attrs={"for": field.get("id", "-")})
        if not (is_labelled or field.find_parent("label") or field.get("aria-label")):
            yield "has no label", field


def faulty_improvements(page):
    for element in page.select("[hx-get], [hx-post]"):
        plain = (
            element.get("href") or element.get("action") or element.find_parent("form")["action"]
        )
        # htmx says where the page that it is on ends.
        named = re.sub(r"&until=\d+$", "", element.get("hx-get") or element.get("hx-post"))
        if named != plain:
            yield "does something else with a script", element


def forms_that_fail(client, pages):
    """Submit each form of every page unchanged; yield those with an unexpected status."""
    sent = set()
    for address, page in pages.items():
        for form in page.select('form[method="post"]'):
            for button in form.select(BUTTONS):
                fields = fields_of(form, button)
                target = urljoin(address, button.get("formaction") or form["action"])
                if (target, *sorted(fields)) not in sent:
                    sent.add((target, *sorted(fields)))
                    status = status_of_sending(client, target, fields)
                    if status not in {200, 302, 303, 422}:
                        yield f"answers {status}: {target} on {address}"


def fields_of(form, button):
    """Return the data that a browser sends for an unchanged form."""
    fields = {
        field["name"]: field.get("value", "on" if field.get("type") == "checkbox" else "")
        for field in form.select("input[name]")
        if field.get("type") not in {"radio", "checkbox", "submit"} or field.has_attr("checked")
    }
    fields |= {field["name"]: field.get_text() for field in form.select("textarea[name]")}
    for field in form.select("select[name]"):
        chosen = field.select_one("option[selected]") or field.select_one("option")
        fields[field["name"]] = chosen.get("value", "") if chosen else ""
    if button.get("name"):
        fields[button["name"]] = button.get("value", "")
    return fields


def status_of_sending(client, address, fields):
    """Submit a form, roll back its effects and return the status."""
    browser = Client()
    browser.cookies.update(client.cookies)
    with transaction.atomic():
        status = browser.post(address, fields).status_code
        transaction.set_rollback(True)
    return status


def name_of(element):
    """Return an element's accessible name."""
    images = " ".join(image.get("alt", "") for image in element.select("img"))
    value = element.get("value", "") if element.name == "input" else ""
    return (element.get_text(" ", strip=True) + images + element.get("aria-label", value)).strip()
