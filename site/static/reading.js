// While something is unread, count what was on screen as read: all from the first message that was
// seen to the last. What a jump has skipped stays unread. Without this the next visit starts at the
// same message again.
const find = (id) => document.getElementById(id)
const main = find('main'), log = find('messages'), scroller = find('scroller'), bar = find('new-bar')
const { seen } = find('seen')

let first = Infinity, last = 0
const look = () => {
  if (document.hidden || !bar.isConnected) return
  const { top, bottom } = scroller.getBoundingClientRect()
  let position
  for (const message of scroller.querySelectorAll('[data-position]')) {
    const end = message.getBoundingClientRect().bottom
    position = +message.dataset.position
    if (end > top && end < bottom + 1) {
      first = Math.min(first, position)
      last = Math.max(last, position)
    }
  }
  if (first <= bar.dataset.from && last > seen.value) {
    seen.value = last
    htmx.trigger('#seen', 'tertulia:seen')
  }
  if (log.hidden) return
  find('newer-count').textContent = position - seen.value || ''
  if (seen.value >= position) bar.remove()
}
scroller.addEventListener('scroll', look)
document.addEventListener('visibilitychange', look)
main.addEventListener('htmx:after:swap', () => requestAnimationFrame(look)) // after history.js
bar.addEventListener('submit', () => { seen.value = bar.dataset.last })
look()
