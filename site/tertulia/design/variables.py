"""The variables that templates get in addition to those of their views."""

# Every page has these; head comments need not list them.
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
        "is_text_browser",
    ),
    *("csp_nonce", "csrf_token", "True", "False", "None"),
    *("attrs", "slots", "broken_templates"),
}

# These depend on the reader, so a template rendered once for all must not use them.
ONE_READERS = {
    "request",
    "user",
    "perms",
    "csrf_token",
    "memberships",
    "flash_messages",
    "messages",
}

# These templates are cached and shown to others, so they get only these variables.
GIVEN = {
    "messaging/_message.html": {
        *("message", "is_author", "can_moderate", "is_other", "can_pin", "reader"),
    }
}
