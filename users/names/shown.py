"""The names of a person that others see."""

BOT = " (bot)"  # after the name of a bot in sentences; the word is the same in all our languages
# Around a username beside a display name; with isolates, because either may run right to left.
BESIDE, BESIDE_END = " (\u2068@", "\u2069)"


class Named:
    """Somebody with `username`, `display_name`, `shows_username` and `is_bot`."""

    __slots__ = ()

    @property
    def name(self):
        """The name that others see, in sentences too: `shown_name`, and for bots "(bot)".

        Names of people cannot end like that: see names.rules.
        """
        return f"{self.shown_name}{BOT}" if self.is_bot else self.shown_name

    @property
    def shown_name(self):
        """The display name, or the username if there is none, for places that mark bots themselves.

        If another name looks like the display name, the username is added. Unicode isolates around
        it keep right-to-left names in order.
        """
        if self.shows_username and self.display_name:
            return f"{self.display_name}{BESIDE}{self.username}{BESIDE_END}"
        return self.bare_name

    @property
    def bare_name(self):
        """The name without the username, for places that always show the username too."""
        return self.display_name or self.username
