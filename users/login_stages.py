"""What stands between a password, or a code, and the session that it opens (allauth's stages)."""

from allauth.account.stages import LoginStage


class UnchangedStage(LoginStage):
    """The last stage: a login that began before the address changed ends here."""

    key = "unchanged"

    def handle(self):
        user = self.login.user
        if user is not None and user.has_new_email_since(self.login.initiated_at):
            return self.abort(), False
        return None, True
