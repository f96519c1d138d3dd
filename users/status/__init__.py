"""Statuses: what people say of themselves for a while, such as "🌴 On holiday" until Monday.

The fields are those of User. A status ends by itself: whether it has is asked wherever it is drawn,
and a task takes it from open pages.
"""
