// A sound and a desktop notification for each new call, on a device that wants them (see device.js),
// once for all tabs, and not for the room in view.
const { sound } = document.getElementById('calls').dataset
const call = (link, mark) => {
  if (localStorage.sound) import(sound).then(({ ring }) => ring())
  if (!localStorage.desktop || Notification.permission != 'granted') return
  const room = link.querySelector('bdi').textContent
  new Notification(room, { body: mark.textContent, tag: link.href }).onclick = () => {
    focus()
    link.click()
  }
}
// Only the tab that gets the lock calls. Locks need HTTPS; without it each tab calls.
const once = (name, act) => navigator.locks?.request(name, { ifAvailable: true }, (lock) => {
  if (!lock) return
  act()
  return new Promise((done) => setTimeout(done, 5000))
}) ?? act()

let known
const update = () => {
  const calls = {}
  for (const mark of document.querySelectorAll('#rooms [data-calls]')) {
    const link = mark.closest('a'), { href } = link, count = calls[href] = +mark.dataset.calls
    const isSeen = link.hasAttribute('aria-current') && !document.hidden
    if (known && count > (known[href] ?? 0) && !isSeen) once(href + count, () => call(link, mark))
  }
  known = calls
}
document.getElementById('main').addEventListener('htmx:after:swap', update)
update()
