"""Reads environment variables: the settings get every deploy value through these functions."""

import json
import os
import re
from ipaddress import ip_network
from pathlib import Path

from django.core.management.utils import get_random_secret_key

# If none of these is set, this is a local clone, which needs no settings.
DEPLOY_SIGNS = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "DYNO", "PORT")


class ConfigurationError(SystemExit, ValueError):
    """A variable has an invalid value. Uncaught, it ends the process and prints its text."""


SHORTEST_KEY = 20

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def env(name, default=""):
    """Return the environment variable `name`, or `default` if it is not set.

    Surrounding blanks and quotes are removed: Docker's env files pass quotes on.
    """
    value = os.environ.get(name, default).strip()
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip() if is_quoted else value


def env_flag(name, default=False):
    """Return `name` as a boolean, `default` if unset or blank; else raise ConfigurationError."""
    value = env(name).lower() or ("1" if default else "0")
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ConfigurationError(f"{name} must be 1 or 0, not {value!r}.")


def env_number(name, default, least=0, most=1_000_000):
    """Return `name` as an integer from `least` to `most`; else raise ConfigurationError."""
    value = env(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise ConfigurationError(f"{name} must be a whole number, not {value!r}.")
    if not least <= int(value) <= most:
        raise ConfigurationError(f"{name} must be between {least} and {most}, not {value}.")
    return int(value)


def env_token(name):
    """Return `name` as a bearer token (RFC 6750, 2.1); else raise ConfigurationError."""
    value = env(name)
    if not re.fullmatch(r"[!-~]*", value):
        raise ConfigurationError(
            f"{name} must be letters, digits and signs of ASCII, without blanks."
        )
    return value


def env_choice(name, choices):
    """Return `name`, one of `choices`, or the first if unset; else raise ConfigurationError."""
    value = env(name).lower() or choices[0]
    if value not in choices:
        raise ConfigurationError(
            f"{name} must be {', '.join(choices[:-1])} or {choices[-1]}, not {value!r}."
        )
    return value


def env_keys(name):
    """Return the secret keys in `name`: separated by commas, or as a JSON list.

    Raise ConfigurationError for a short key in a list: it may be a part of a key that contains a
    comma, and short enough to be guessed.
    """
    value = env(name)
    if value.startswith("["):
        try:
            keys = json.loads(value)
        except ValueError:
            keys = None
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise ConfigurationError(
                f'{name} must be keys separated by commas, or ["a JSON list"].'
            )
        return keys
    keys = [key.strip() for key in value.split(",") if key.strip()]
    if len(keys) > 1 and any(len(key) < SHORTEST_KEY for key in keys):
        raise ConfigurationError(
            f"{name}: a key in it is shorter than {SHORTEST_KEY} characters. If a key holds a"
            ' comma, write all of them as a JSON list: ["key one", "key two"].'
        )
    return [*keys, value] if len(keys) > 1 else keys  # the whole: it may be one key with a comma


def env_networks(name):
    """Return the IP networks in `name`, separated by commas; else raise ConfigurationError."""
    networks = []
    for text in filter(None, (text.strip() for text in env(name).split(","))):
        try:
            networks.append(ip_network(text))
        except ValueError as error:
            raise ConfigurationError(
                f"{name} must be networks like 10.0.0.0/8,192.168.1.5/32: {error}."
            ) from error
    return networks


def is_local():
    """Return True for a local clone: no deploy variable is set."""
    return not any(os.environ.get(name) for name in DEPLOY_SIGNS)


def local_secret_key(path: Path):
    """Return the key in the file `path`; create it, readable by its owner only, if it is missing.

    Raise ConfigurationError if the file cannot be read or written.
    """
    try:
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(get_random_secret_key())
        return path.read_text()
    except OSError as error:
        raise ConfigurationError(
            f"The secret key {path} cannot be kept: {error.strerror}."
        ) from error
