"""The chat of the Channels tutorial: every consumer joins a group and sends its own messages."""

import os

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from bench.systems import uvicorn_application

# `socket_timeout` because redis-py 8 would otherwise end every idle connection after five seconds
REDIS = {"hosts": [{"address": os.environ.get("BENCH_REDIS_URL"), "socket_timeout": None}]}
LAYERS = {
    "stock, in-memory": {"BACKEND": "channels.layers.InMemoryChannelLayer"},
    "stock, Redis": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": REDIS},
    "stock, Redis pub/sub": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": REDIS,
    },
}


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add("room", self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard("room", self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.group_send("room", {"type": "chat.message", "text": text_data})

    async def chat_message(self, event):
        await self.send(text_data=event["text"])


def application():
    """Return the ASGI application (a factory for uvicorn), with the layer named by BENCH_LAYER."""
    settings.configure(CHANNEL_LAYERS={"default": LAYERS[os.environ["BENCH_LAYER"]]})
    django.setup()
    return ChatConsumer.as_asgi()


def start(name, redis, size, folder):
    """Start the system `name`, a key of LAYERS. Only the first needs no Redis."""
    environment = {"BENCH_LAYER": name, "BENCH_REDIS_URL": redis}
    return uvicorn_application(name, "bench.systems.stock:application", size, folder, environment)
