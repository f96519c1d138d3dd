"""Tools for designers: a gallery of all pages and fragments, and checks of edited templates.

`cast` makes sample objects. `discovery` finds the `samples.py` of every package; these list the
templates to render and their context. `drawing` renders them without the database, `gallery` shows
the result, and `contract` finds errors.
"""
