"""The page of the API, and one of its operations."""

from core.sample import Sample

from .views import context as page_of


def samples(cast):
    page = page_of("https://chat.example.org")
    operations = {one.id: one for topic in page["topics"] for one in topic.operations}
    yield Sample("api/guide.html", "", page, reader=cast.ana)
    for state, name in (("with a body", "postMessage"), ("a stream", "streamRoom")):
        context = {"operation": operations[name]}
        yield Sample("api/_operation.html", state, context, "plain")
    for name, _text, fields in page["objects"]:
        if name == "Message":
            yield Sample("api/_fields.html", "an object", {"fields": fields}, "plain")
