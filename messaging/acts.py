"""The acts that pages send over the socket; each is defined in its own package.

A page sends a form whose submit button is named `verb:message id:rest`, such as "react:7:👍". The
act has the name of the button's verb. It gets the membership and the message, which the member can
see, and the rest. It returns None, a push for the page that asked, or a form with errors; it may
raise PermissionDenied. The same button without a socket is a POST to a view, which uses the same
form and the same actions.
"""

from .later import acts as later
from .message.acts import Act
from .pins import acts as pins
from .reactions.acts import react, unreact

ACTS: dict[str, Act] = {
    "react": react,
    "unreact": unreact,
    "save": later.save,
    "unsave": later.unsave,
    "pin": pins.pin,
    "unpin": pins.unpin,
}
