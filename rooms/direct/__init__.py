"""Direct rooms: conversations of one to nine people, to which nobody is added later."""
