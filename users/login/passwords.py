"""Passwords in one Unicode form, however the system of whoever types them composes letters.

NIST SP 800-63B, 3.1.1.2: a verifier should normalize with NFKC or NFKD before hashing.
"""

from django.contrib.auth import password_validation

from core.text import normalize_password


class _Normalized:
    """Judges what is hashed, not what was typed: `ｐａｓｓｗｏｒｄ` is as easy to guess."""

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
