"""Responses that last: pages and events that are sent as long as their reader is there.

Django's handler would keep the request, the response and two tasks in memory for each of them. So
its part ends with the first bytes of a LastingResponse, and `tertulia.server.application` calls the
function that goes on. That function needs one task, which waits for the client to go away; changes
are written by whoever pushes them (see `messaging.live.reader`).
"""
