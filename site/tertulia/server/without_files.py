"""Keeps the text of a form whose files are refused, so that its page can show it again.

Browsers do not keep a text for "Back" on pages that are not stored, and no browser keeps files.
"""

from django.utils.http import parse_header_parameters

from ..operations.form_parts import is_file

REFUSED = "refused"  # the field that says why: see messaging.attachments.forms
BEGINNING_BYTES = 256 * 1024  # of a form: the fields before its files


def form_without_files(beginning, scope, reason):
    """Return a multipart form with the fields that are whole in `beginning`, and the field REFUSED.

    Return None if there are none.
    """
    delimiter = b"--" + _boundary_of(scope)
    fields = [part for part in beginning.split(delimiter)[1:-1] if not is_file(part)]
    if not fields:
        return None
    disposition = f'\r\nContent-Disposition: form-data; name="{REFUSED}"'
    fields.append(f"{disposition}\r\n\r\n{reason}\r\n".encode())
    return delimiter + delimiter.join(fields) + delimiter + b"--\r\n"


def _boundary_of(scope):
    content_type = dict(scope["headers"])[b"content-type"].decode("latin-1")
    return parse_header_parameters(content_type)[1].get("boundary", "").encode("latin-1")
