// The service worker: it shows pushes and opens what they are about. It handles no requests, so it
// can never show an old page. It shows each push, whatever that holds: browsers end a subscription
// whose pushes show nothing.
const show = (options) => registration.showNotification(options.title || location.host, options)
addEventListener('push', (event) => {
  const root = location.origin + '/'
  let options, data = root
  try {
    const message = event.data.json()
    options = message.notification
    if (message.app_badge >= 0) navigator.setAppBadge?.(message.app_badge)
    const { href } = new URL(options.navigate, root)
    if (href.startsWith(root)) data = href // nothing of another site is opened
  } catch {}
  event.waitUntil(show({ ...options, data }).catch(() => show({ data })))
})
// A page that shows the place already goes on there.
addEventListener('notificationclick', (event) => {
  const { notification } = event, url = notification.data, path = (url) => url.split(/[?#]/)[0]
  notification.close()
  event.waitUntil(clients.matchAll().then((pages) => {
    const page = pages.find((page) => path(page.url) == path(url))
    return page ? page.focus().then(() => page.navigate(url)) : clients.openWindow(url)
  }))
})
