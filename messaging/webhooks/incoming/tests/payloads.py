"""What real programs send, shortened: {name: (payload, the texts that the room must show)}."""

ALERTMANAGER = {
    "channel": "#alerts",
    "username": "Alertmanager",
    "attachments": [
        {
            "title": "[FIRING:1] HighLatency (api prod)",
            "title_link": "https://alerts.example.com/#/alerts?receiver=slack",
            "text": "",
            "fallback": "[FIRING:1] HighLatency (api prod) | https://alerts.example.com",
            "callback_id": "",
            "color": "danger",
            "fields": [{"title": "Severity", "value": "critical", "short": True}],
            "actions": [
                {"type": "button", "text": "Runbook", "url": "https://runbooks.example.com/1"}
            ],
            "footer": "",
            "mrkdwn_in": ["fallback", "pretext", "text"],
        }
    ],
}
ALERTMANAGER_WEBHOOK = {
    "version": "4",
    "groupKey": '{}:{alertname="HighLatency"}',
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "chat",
    "groupLabels": {"alertname": "HighLatency"},
    "commonLabels": {"alertname": "HighLatency", "severity": "page"},
    "commonAnnotations": {"summary": "p99 is 3 s"},
    "externalURL": "https://alerts.example.com",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "HighLatency", "instance": "api-1"},
            "annotations": {"summary": "p99 is 3 s", "description": "for 10 minutes"},
            "startsAt": "2026-11-26T10:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "https://prometheus.example.com/graph?g0.expr=up",
            "fingerprint": "a1b2",
        },
        None,
    ],
}
GRAFANA = {
    "channel": "",
    "username": "Grafana",
    "icon_emoji": "",
    "icon_url": "",
    "text": "",
    "attachments": [
        {
            "color": "#D63232",
            "title": "[FIRING:1] CPU usage Servers (host1)",
            "title_link": "https://grafana.example.com/alerting/list",
            "text": "**Firing**\n\nValue: A=95\nLabels:\n - alertname = CPU usage\n",
            "fallback": "[FIRING:1] CPU usage Servers (host1)",
            "footer": "Grafana v12.1.0",
            "footer_icon": "https://grafana.com/static/assets/img/fav32.png",
            "image_url": "https://grafana.example.com/public/img/attachments/a.png",
            "ts": 1764151200,
            "mrkdwn_in": ["text"],
            "fields": None,
        }
    ],
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "<!here>"}}],
}
GRAFANA_WEBHOOK = {
    "receiver": "chat",
    "status": "firing",
    "orgId": 1,
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "CPU usage", "instance": "host1"},
            "annotations": {"summary": "CPU is at 95 %"},
            "values": {"A": 95},
            "silenceURL": "https://grafana.example.com/alerting/silence/new",
            "dashboardURL": "",
            "imageURL": None,
        }
    ],
    "title": "[FIRING:1] CPU usage (host1)",
    "state": "alerting",
    "message": "**Firing**\n\nValue: A=95\nLabels:\n - alertname = CPU usage\n",
}
GITHUB_PUSH = {
    "username": "GitHub",
    "icon_url": "https://github.githubassets.com/favicon.png",
    "attachments": [
        {
            "fallback": "[ana/app] 1 new commit pushed by ana",
            "pretext": "[<https://github.com/ana/app|ana/app>:main] 1 new commit by ana:",
            "text": "<https://github.com/ana/app/commit/1a2b3c4|`1a2b3c4`> Fix &lt;b&gt; - ana",
            "color": "#24292f",
            "mrkdwn_in": ["text", "pretext"],
        }
    ],
}
GITHUB_PULL_REQUEST = {
    "text": "Pull request opened by <https://github.com/ana|ana>",
    "attachments": [
        {
            "title": "#7 Make it fast",
            "title_link": "https://github.com/ana/app/pull/7",
            "text": "It was *slow*.\n\n• less work\n• fewer queries",
            "fields": [{"title": "Reviewers", "value": "bruno", "short": True}],
            "footer": "<https://github.com/ana/app|ana/app>",
            "ts": "1764151200",
        }
    ],
}
GITHUB_CI = {
    "text": "CI: success",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "CI: success", "emoji": True}},
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": "*Branch:*\n`main`"},
                {"type": "mrkdwn", "text": "*Commit:*\n<https://github.com/ana/app/commit/1|1a2b>"},
            ],
        },
        {"type": "divider"},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "View run"},
                    "url": "https://github.com/ana/app/actions/runs/1",
                }
            ],
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "by *ana*"}]},
    ],
}
GITLAB = {
    "username": "ana",
    "icon_url": "https://gitlab.com/avatar.png",
    "text": "ana pushed to branch <https://gitlab.com/g/p/commits/main|main> of "
    "<https://gitlab.com/g/p|g / p> (<https://gitlab.com/g/p/compare/a...b|Compare changes>)",
    "attachments": [
        {"text": "<https://gitlab.com/g/p/-/commit/b|b1c2>: Fix it - ana", "color": "#345"}
    ],
}
JENKINS = {
    "attachments": [
        {
            "fallback": "app - #12 Failure after 3 min (<https://ci.example.com/12|Open>)",
            "color": "danger",
            "text": "app - #12 Failure after 3 min (<https://ci.example.com/12|Open>)",
            "mrkdwn_in": ["pretext", "text", "fields"],
        }
    ]
}
SENTRY = {
    "text": "[app] ZeroDivisionError: division by zero",
    "attachments": [
        {
            "color": "#E03E2F",
            "blocks": [
                {
                    "type": "section",
                    "block_id": '{"issue":1}',
                    "text": {
                        "type": "mrkdwn",
                        "text": ":red_circle: <https://sentry.io/1|*ZeroDivisionError*>\n"
                        "```division by zero```",
                    },
                },
                {"type": "context", "elements": [{"type": "mrkdwn", "text": "Project: app"}]},
                {
                    "type": "actions",
                    "elements": [
                        {"type": "button", "action_id": "resolve", "text": {"type": "plain_text"}},
                        {"type": "static_select", "options": None},
                    ],
                },
            ],
        }
    ],
}
UPTIME_KUMA = {
    "text": "Uptime Kuma Alert",
    "channel": None,
    "username": "Uptime Kuma (bot)",
    "icon_emoji": ":robot_face:",
    "attachments": [
        {
            "color": "#e01e5a",
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "Uptime Kuma Alert"}},
                {
                    "type": "section",
                    "fields": [
                        {"type": "mrkdwn", "text": "*Message*\n[site] [🔴 Down] timeout"},
                        {"type": "mrkdwn", "text": "*Time (UTC)*\n2026-11-26 10:00:00"},
                    ],
                },
                {
                    "type": "actions",
                    "elements": [
                        {
                            "type": "button",
                            "text": {"type": "plain_text", "text": "Visit Uptime Kuma"},
                            "value": "Uptime-Kuma",
                            "url": "https://status.example.com/dashboard/1",
                        }
                    ],
                },
            ],
        }
    ],
}

PAYLOADS = {
    "Alertmanager": (
        ALERTMANAGER,
        ["[FIRING:1] HighLatency (api prod)", "Severity: critical", "Runbook"],
    ),
    "Alertmanager, webhook": (
        ALERTMANAGER_WEBHOOK,
        ["[FIRING:2] HighLatency", "firing HighLatency: p99 is 3 s – for 10 minutes https://prom"],
    ),
    "Grafana": (
        GRAFANA,
        ["@here", "[FIRING:1] CPU usage Servers (host1)", "Firing", "alertname = CPU usage", "v12"],
    ),
    "Grafana, webhook": (
        GRAFANA_WEBHOOK,
        ["[FIRING:1] CPU usage (host1)", "Firing", "Value: A=95"],
    ),
    "GitHub, push": (GITHUB_PUSH, ["ana/app:main] 1 new commit by ana:", "Fix <b> - ana"]),
    "GitHub, pull request": (
        GITHUB_PULL_REQUEST,
        ["Pull request opened by ana", "#7 Make it fast", "slow", "fewer queries", "2025-11-26"],
    ),
    "GitHub, CI": (GITHUB_CI, ["CI: success", "Branch:", "main", "1a2b", "View run", "by ana"]),
    "GitLab": (GITLAB, ["ana pushed to branch main of g / p (Compare changes)", "b1c2: Fix it"]),
    "Jenkins": (JENKINS, ["app - #12 Failure after 3 min (Open)"]),
    "Sentry": (SENTRY, ["[app] ZeroDivisionError", "🔴 ZeroDivisionError", "division by zero"]),
    "Uptime Kuma": (UPTIME_KUMA, ["Uptime Kuma Alert", "🔴 Down] timeout", "Visit Uptime Kuma"]),
}
