// A sound and a desktop notification for each new call, on a device that wants them (see device.js),
// once for all tabs, and not for the room in view.
const { sound } = document.getElementById('calls').dataset
const call = (link, { textContent: body }) => {
  if (localStorage.sound) import(sound).then(({ ring }) => ring())
  if (!localStorage.desktop || Notification.permission != 'granted') return
  const room = link.querySelector('bdi').textContent
  new Notification(room, { body, tag: link }).onclick = () => {
    focus()
    link.click()
  }
}
// Only the tab that gets the lock calls. Locks need HTTPS; without it each tab calls.
const once = (name, act) => navigator.locks?.request(name, { ifAvailable: true }, (lock) => (
  lock && new Promise((done) => { act(); setTimeout(done, 5000) })
)) ?? act()

const update = () => {
  // Kept from page to page, so that what arrives while the next page loads is told there.
  const calls = {}, known = JSON.parse(sessionStorage.calls ?? null)
  for (const mark of document.querySelectorAll('#rooms [data-calls]')) {
    const link = mark.closest('a'), { href } = link, count = calls[href] = +mark.dataset.calls
    const isSeen = link.ariaCurrent && !document.hidden
    if (known && count > (known[href] ?? 0) && !isSeen) once(href + count, () => call(link, mark))
  }
  sessionStorage.calls = JSON.stringify(calls)
}
document.getElementById('main').addEventListener('htmx:after:swap', update)
update()
