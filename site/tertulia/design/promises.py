"""What each template must hold for the product to work: ids and attributes that behaviour is on."""

NEVER_FOUND = "pushes will not find it"

# template: {what an element of it must be: what does not work without it}
NEEDED = {
    "base.html": {
        "#main": "links lead to it, and the live connection hangs on it",
        "title": "browsers and screen readers name the page by it",
        "#sidebar": "links lead to it, and marks of unread rooms stand in it",
        "link[rel=stylesheet]": "the page has no look",
    },
    "entrance.html": {"#main": "links lead to it"},
    "messaging/_run.html": {
        "#new[data-position]": "what comes live would stand above the line and what is new",
    },
    "messaging/_message.html": {
        "[id^=message-]": "live edits will not find it",
        ".message": "the rules that say whose controls are shown fit it by this name",
        "[data-position]": "live messages will not find their place among the others",
        "[data-author]": "people's own messages are known by it",
        ".message-body": "tests and other programs read what was said by this name",
        "[data-edited]": "tests and other programs know an edited message by it",
        "[data-deleted]": "tests and other programs know a deleted message by it",
        "[data-controls]": "tests and other programs know its controls by it",
        "[data-edit]": "the Up key finds one's last message by it",
        ".author-only": "everybody would see the controls of everybody's messages",
        "time[datetime]": "times stay in the workspace's time zone",
    },
    "messaging/_edit.html": {
        "[id^=message-]": "saving will not find what to replace",
        "[data-editing]": "a push takes the text away that somebody is editing",
        "[data-script]": "the focus is lost after saving",
        "[name=body]": "the new text is not sent",
    },
    "messaging/_delete.html": {
        "[id^=message-]": "deleting will not find what to replace",
        "[data-editing]": "a push takes the question away",
        "[data-script]": "the focus is lost after deleting",
    },
    "messaging/_composer.html": {
        "form#compose[method=post][action]": "nothing can be sent",
        "[name=person]": "what somebody wrote could be sent as whoever logs in next",
        "#pending": "what is sent by the live connection is lost",
        "form[hx-swap=none][hx-include]": "the answer to a posted text replaces the composer",
        "form[data-edit-last]": "the Up key loads what edits one's last message",
        "#body[name=body]": "the text is not sent, and drafts are not kept",
        "#nonce[name=nonce]": "a message that is sent twice is stored twice",
        "#compose-errors": "a refused message says nothing",
    },
    "messaging/_cursor.html": {"#cursor[name=cursor]": "what was missed is not fetched again"},
    "messaging/_typing.html": {"#typing": NEVER_FOUND},
    "messaging/_older.html": {"#older": "older messages have no place to come to"},
    "messaging/_newer.html": {
        "#newer": "newer messages have no place to come to",
        "#newer[data-script]": "what is being read moves when newer messages come",
    },
    "messaging/message_changed.html": {
        "hx-upsert[hx-target][key=data-position][sort]": "pushed messages are not put in order"
    },
    "messaging/message_sent.html": {
        "#nonce[data-sent][hx-swap-oob]": "what was typed is never taken as sent"
    },
    "messaging/message_refused.html": {
        "#compose-errors[hx-swap-oob]": "a refused message says nothing",
        "[data-refused]": "a refused message does not go back to the composer",
    },
    "_refused.html": {
        "#refused": "every refusal adds a sentence to the one before",
        "[data-refused]": "a refused message does not go back to the composer",
    },
    "messaging/typing_changed.html": {"#typing[hx-swap-oob]": NEVER_FOUND},
    "messaging/room.html": {
        "#messages[role=log]": "messages have no place to come to",
        "#messages[data-floor]": "live messages would stand where a hole is",
        "#messages[data-prune]": "a page that is left open for days becomes slow",
        "#scroller": "the newest message does not stay in view",
        "main[hx-ws:connect]": "the page is not live",
        "main[data-person]": "drafts could be shown to whoever logs in next",
        "#catch-up[hx-ws:send]": "what was missed is not fetched again",
        "#seen": "how far somebody has read is not known",
        "#type": "nobody sees that somebody is typing",
        "#connection[data-lost][data-over]": "a lost connection says nothing",
        "#newer-count": "somebody who reads history is not told of new messages",
        "#history": "older messages have no place to come to",
        "#people": "who is here is not shown",
        "#cursor[name=cursor]": "what was missed is not fetched again",
        "script[src]": "the page is not live",
    },
    "messaging/live.html": {
        "#messages": "messages have no place to come to",
        "#scroller": "the newest message does not stay in view",
        "#stopped": "nobody is told that messages have stopped coming",
    },
    "messaging/live_changed.html": {"[id^=copy-]": "an edited message stays as it was"},
    "messaging/live_ended.html": {"#ended": "nobody is told why messages have stopped coming"},
    "rooms/_people.html": {"#people": NEVER_FOUND},
    "rooms/people_changed.html": {"#people[hx-swap-oob]": NEVER_FOUND},
    "rooms/_unread.html": {"[id^=unread-]": NEVER_FOUND},
    "rooms/unread_changed.html": {"[id^=unread-][hx-swap-oob]": NEVER_FOUND},
    "rooms/_room_header.html": {"#room-header": NEVER_FOUND},
    "rooms/room_changed.html": {"#room-header[hx-swap-oob]": NEVER_FOUND},
    "rooms/_rooms.html": {"#rooms": NEVER_FOUND},
    "rooms/rooms_changed.html": {"#rooms[hx-swap-oob]": NEVER_FOUND},
    "rooms/_sidebar.html": {"#sidebar": "links lead to it", "#rooms": NEVER_FOUND},
}

# Drawn once for all readers: what they read of one of them would be shown to everybody.
PUSHED = {
    *("messaging/_message.html", "messaging/_cursor.html", "messaging/_typing.html"),
    *("messaging/message_changed.html", "messaging/message_sent.html"),
    *("messaging/message_refused.html", "messaging/typing_changed.html"),
    *("messaging/live_changed.html", "messaging/live_pulse.html", "messaging/live_ended.html"),
    *("rooms/_people.html", "rooms/people_changed.html", "rooms/_unread.html"),
    *("rooms/unread_changed.html", "rooms/_room_header.html", "rooms/room_changed.html"),
}
# Kept and shown again to others: the variables that they get, and no others.
GIVEN = {"messaging/_message.html": {"message", "is_author", "can_moderate"}}
# A stylesheet's rules, not words.
STYLES = {"messaging/_yours.html"}
ONE_READERS = {
    "request",
    "user",
    "perms",
    "csrf_token",
    "memberships",
    "flash_messages",
    "messages",
}

# What every page has, whatever its own comment says.
EVERYWHERE = {
    *(
        "request",
        "user",
        "workspace",
        "look",
        "has_mail",
        "sign_on",
        "flash_messages",
        "memberships",
    ),
    *("csp_nonce", "csrf_token", "True", "False", "None"),
    *("attrs", "slots", "broken_templates"),
}

# Ids that more than one file draws, and why that is right.
SHARED_IDS = {
    "message-": {
        "messaging/_message.html",
        "messaging/_edit.html",  # in place of the message
        "messaging/_delete.html",
        "operations/exported_messages.html",  # a file that leaves the product
    },
    "compose": {"messaging/_composer.html", "messaging/_write_link.html"},
    "nonce": {"messaging/_composer.html", "messaging/message_sent.html"},
    "compose-errors": {"messaging/_composer.html", "messaging/message_refused.html"},
    "person-": {"users/_person.html", "users/person.html"},
    "older": {"messaging/_older.html", "messaging/live.html"},
    "main": {"base.html", "entrance.html", "design/gallery.html"},
    "messages": {"messaging/room.html", "messaging/live.html", "design/stage.html"},
    "scroller": {"messaging/room.html", "messaging/live.html"},
}
