"""Sends files to the Library as Bruno, through `manage.py shell`: a sound, texts and a picture."""

import base64
import wave
from io import BytesIO

from messaging.attachments.tests.sent import picture, sent
from rooms.models import Room
from users.models import User

# A picture of one pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
room, bruno = Room.objects.get(name="Library"), User.objects.get(username="bruno")
sound = BytesIO()
with wave.open(sound, "wb") as film:
    film.setnchannels(1)
    film.setsampwidth(2)
    film.setframerate(8000)
    film.writeframes(b"\0\x10\0\xf0" * 4000 * 40)  # 40 seconds
text = "text/plain; charset=utf-8"
sent(room, bruno, "sound.wav", content=sound.getvalue(), content_type="audio/wav")
sent(room, bruno, "page.txt", content="<b>¡Hola!</b>".encode(), content_type=text)
sent(room, bruno, "evil.js", content=b"document.title = 'pwned'", content_type=text)
sent(room, bruno, "evil.css", content=b"body { display: none }", content_type="text/css")
picture(room, bruno, "photo.png", content=PNG)
