"""A designer's kit: every page and fragment in every state, and what a changed template lost.

`cast` makes sample objects, `samples` says which template is drawn with which of them, `drawing`
draws them without the database, `gallery` shows them, `contract` finds what is wrong.
"""
