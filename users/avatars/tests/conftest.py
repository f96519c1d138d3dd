"""Pictures to upload."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


@pytest.fixture
def picture():
    """Return a function that returns a picture to upload, of one colour."""

    def drawn(kind="JPEG", size=(300, 200), colour="red", name="me.jpg", **options):
        data = BytesIO()
        Image.new("RGB", size, colour).save(data, kind, **options)
        return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")

    return drawn


@pytest.fixture
def upload(client_of, django_capture_on_commit_callbacks):
    """Return a function that uploads a file as somebody's avatar and returns the response."""

    def sent(person, file):
        with django_capture_on_commit_callbacks(execute=True):
            return client_of(person).post("/profile/avatar/", {"avatar": file})

    return sent
