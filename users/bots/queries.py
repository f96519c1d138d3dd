"""What an export of a person's own data holds of their bots."""


def represent_bots(person):
    """Return the bots that `person` looks after as JSON types."""
    bots = person.bots.filter(is_bot=True).order_by("pk")
    names = [{"username": bot.username, "display_name": bot.display_name} for bot in bots]
    return {"bots": names} if names else {}
