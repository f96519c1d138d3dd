"""The encryption of pushes: RFC 8291's own example, and another implementation (see site/tests)."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from messaging.notifications.push.encryption import (
    CURVE,
    from_base64url,
    point_of,
    seal,
    to_base64url,
)

# RFC 8291, 5 and appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6T"
    "lzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4"
    "a-fN"
)


def test_the_example_of_the_standard_comes_out_byte_for_byte():
    sender = ec.derive_private_key(int.from_bytes(from_base64url(SENDER)), CURVE)
    sealed = seal(TEXT, RECEIVER, SECRET, sender, from_base64url(SALT))
    assert to_base64url(sealed) == SEALED


def test_each_push_has_a_key_and_a_salt_of_its_own():
    one, two = (seal(TEXT, RECEIVER, SECRET) for _time in range(2))
    assert (one[:16], one[21:86]) != (two[:16], two[21:86])
    assert len(one) == len(two) == 86 + len(TEXT) + 1 + 16


@pytest.mark.parametrize("text", ["", "a", "====", "a b", "ä" * 8, "AAAA\n", "A+/A"])
def test_what_is_no_base64url_is_refused(text):
    with pytest.raises(ValueError):
        from_base64url(text)


def test_a_point_is_written_as_it_was_read():
    key = ec.generate_private_key(CURVE).public_key()
    assert from_base64url(to_base64url(point_of(key))) == point_of(key)
