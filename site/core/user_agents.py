"""Names of browsers and operating systems from User-Agent headers, for the list of sessions.

Many browsers also name others for compatibility, so the order matters: the first match counts.
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


def browser_of(user_agent: str) -> str:
    """Return the browser's name, or "" if it is unknown."""
    return _first(_BROWSERS, user_agent)


def has_no_frames(user_agent: str) -> bool:
    """Return True for text browsers, which show an iframe as a link and run no scripts."""
    return browser_of(user_agent) in _WITHOUT_FRAMES


def fetches_pictures(user_agent: str) -> bool:
    """Return True for browsers that run scripts, or else fetch the pictures of a page."""
    return user_agent.startswith("Mozilla/") and not has_no_frames(user_agent)


def system_of(user_agent: str) -> str:
    """Return the name of the operating system, or "" if it is unknown."""
    return _first(_SYSTEMS, user_agent)


def _first(known: list[tuple[str, str]], user_agent: str) -> str:
    return next((name for sign, name in known if sign in user_agent), "")
