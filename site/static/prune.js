// Remove old messages from a page that is open for days; "Older messages" loads them again.
const find = (id) => document.getElementById(id)
const log = find('messages')

const prune = () => {
  if (log.hidden || log.children.length < 300 || find('scroller').scrollTop < -400) return
  while (log.children.length > 200) log.firstElementChild.remove()
  const first = log.dataset.floor = log.firstElementChild.dataset.position
  const older = find('older'), link = older.querySelector('a') || document.createElement('a')
  link.textContent = log.dataset.older
  link.setAttribute('hx-get', link.href = '?before=' + first)
  link.setAttribute('hx-target', '#older')
  link.setAttribute('hx-swap', 'outerHTML')
  older.replaceChildren(link)
  find('history').replaceChildren(older)
  htmx.process(older, true)
}
find('main').addEventListener('htmx:after:swap', prune)
prune()
