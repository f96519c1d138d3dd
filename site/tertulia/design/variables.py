"""The variables that templates get besides those of their views."""

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

# One reader's, which nothing may show that is rendered for all.
ONE_READERS = {
    "request",
    "user",
    "perms",
    "csrf_token",
    "memberships",
    "flash_messages",
    "messages",
}

# Kept and shown again to others: the variables that they get, and no others.
GIVEN = {"messaging/_message.html": {"message", "is_author", "can_moderate"}}
