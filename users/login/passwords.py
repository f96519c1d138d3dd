"""Normalize passwords to NFKC, because systems compose letters differently.

NIST SP 800-63B, 3.1.1.2: a verifier should normalize with NFKC or NFKD before hashing.
"""

from django.contrib.auth import password_validation

from core.text import normalize_password


class _Normalized:
    """A mixin that validates the normalized password: `ｐａｓｓｗｏｒｄ` is easy to guess, too."""

    def validate(self, password, user=None):
        super().validate(normalize_password(password), user)


class UserAttributeSimilarityValidator(
    _Normalized, password_validation.UserAttributeSimilarityValidator
):
    pass


class MinimumLengthValidator(_Normalized, password_validation.MinimumLengthValidator):
    pass


class CommonPasswordValidator(_Normalized, password_validation.CommonPasswordValidator):
    pass


class NumericPasswordValidator(_Normalized, password_validation.NumericPasswordValidator):
    pass
