"""What a browser calls itself, in words: for people who look through their sessions.

Browsers name others too, to be served like them: the first that is found here is the one.
"""

_BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
    ("NetSurf", "NetSurf"),
    ("Dillo", "Dillo"),
    ("w3m", "w3m"),
    ("Lynx", "Lynx"),
    ("Links", "Links"),
]
_SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
    ("BSD", "BSD"),
]
_WITHOUT_FRAMES = {"w3m", "Lynx", "Links", "Dillo"}


def browser_of(user_agent):
    """Return the browser's name, or "" where it is none of the known ones."""
    return _first(_BROWSERS, user_agent)


def has_no_frames(user_agent):
    """Say whether the browser shows a frame as a link to it, and runs no scripts."""
    return browser_of(user_agent) in _WITHOUT_FRAMES


def system_of(user_agent):
    """Return the name of the system that the browser runs on, or ""."""
    return _first(_SYSTEMS, user_agent)


def _first(known, user_agent):
    return next((name for sign, name in known if sign in user_agent), "")
