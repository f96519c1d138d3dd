"""A designer's kit: every page and fragment in every state, and what a changed template lost.

`cast` makes sample objects, `discovery` finds the `samples.py` of every package, which say what is
drawn with which of them, `drawing` draws without the database, `gallery` shows the result, and
`contract` finds what is wrong.
"""
