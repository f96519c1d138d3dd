"""Drives the service worker of a page in Chromium, which has no push service here."""

import json

# Chromium loses a notification if it is asked for the list of them while it shows one, so what was
# shown is written down.
RECORD = """() => {
  self.shown = []
  const show = registration.showNotification.bind(registration)
  registration.showNotification = async (title, options) => {
    await show(title, options)
    shown.push({ ...options, title })
  }
}"""
NEXT = """async () => {
  for (let tries = 0; tries < 1000 && !shown.length; tries++) {
    await new Promise((done) => setTimeout(done, 20))
  }
  return self.last = shown.shift()
}"""
# A browser opens and focuses a window only after a real click.
CLICK = """async () => {
  const opened = [], event = new Event('notificationclick')
  clients.openWindow = async (url) => { opened.push(url) }
  WindowClient.prototype.focus = async function () { opened.push('focus'); return this }
  WindowClient.prototype.navigate = async (url) => { opened.push('go to ' + url) }
  event.notification = { data: last.data, close: () => opened.push('close') }
  event.waitUntil = (promise) => { event.ended = promise }
  dispatchEvent(event)
  await event.ended
  return opened
}"""


class Worker:
    """The service worker of `person`, registered and allowed to show notifications."""

    def __init__(self, person):
        self.person = person
        self.page = person.page
        person.context.grant_permissions(["notifications"])
        self.devtools = person.context.new_cdp_session(self.page)
        self.registrations = {}
        self.devtools.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self.devtools.send("ServiceWorker.enable")

    def _note(self, event):
        for registration in event["registrations"]:
            self.registrations[registration["scopeURL"]] = registration["registrationId"]

    def start(self):
        self.page.evaluate(
            "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)"
        )
        self.evaluate(RECORD)

    def evaluate(self, function):
        """Call a JavaScript function in the worker."""
        (worker,) = self.person.context.service_workers
        return worker.evaluate(function)

    def push(self, content):
        """Deliver a push, as a push service would: `content` is text, or becomes JSON."""
        text = content if isinstance(content, str) else json.dumps(content)
        self.devtools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": self.person.url,
                "registrationId": self.registrations[f"{self.person.url}/"],
                "data": text,
            },
        )

    def shown(self):
        """Wait for the next notification; return its options and its title."""
        return self.evaluate(NEXT)

    def click(self):
        """Click the notification that was shown last; return what that did, in order."""
        return self.evaluate(CLICK)
