"""Alerts in the formats of Alertmanager and Grafana, for those who choose "webhook", not "Slack".

See https://prometheus.io/docs/alerting/latest/configuration/#webhook_config and
https://grafana.com/docs/grafana/latest/alerting/configure-notifications/.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ...slack_text import text_to_markdown

MAX_ALERTS = 20
_WORDS = ("summary", "description", "message")


def alerts_to_markdown(payload: Mapping[str, Any]) -> str:
    """Return the Markdown of the alerts in `payload`, "" if it is of another kind."""
    alerts = payload.get("alerts")
    if not isinstance(alerts, list):
        return ""
    said = _text(payload.get("message"))
    lines = [_title(payload, len(alerts)), *([said] if said else _lines(alerts))]
    return "\n".join(line for line in lines if line)


def _title(payload: Mapping[str, Any], count: int) -> str:
    title = _line(payload.get("title"))
    if not title:
        name = _line(_mapping(payload.get("commonLabels")).get("alertname"))
        status = _line(payload.get("status")).upper()
        title = f"[{status}:{count}] {name}".strip() if status else name
    return f"**{title}**" if title and "*" not in title else title


def _lines(alerts: list[Any]) -> Iterator[str]:
    found = [alert for alert in alerts if isinstance(alert, Mapping)]
    for alert in found[:MAX_ALERTS]:
        labels, annotations = _mapping(alert.get("labels")), _mapping(alert.get("annotations"))
        said = [_line(annotations.get(word)) for word in _WORDS]
        name = _line(labels.get("alertname"))
        words = ": ".join(text for text in [name, " – ".join(filter(None, said))] if text)
        address = _line(alert.get("generatorURL"))
        yield "- " + " ".join(filter(None, [_line(alert.get("status")), words, address]))
    if len(found) > MAX_ALERTS:
        yield "…"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return text_to_markdown(value) if isinstance(value, str) else ""


def _line(value: Any) -> str:
    return " ".join(_text(value).split())
