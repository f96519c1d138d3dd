// One message at a time is reached by Tab, first the newest; the arrow keys go from one to the next.
// Without this the Tab key stops at every link of every message.
const scroller = document.getElementById('scroller')
const controls = 'a, summary, button, [type="submit"]'
let current
const rove = () => {
  const messages = [...scroller.querySelectorAll('.message')]
  if (!current?.contains(document.activeElement)) current = messages.at(-1)
  for (const message of messages) {
    if ('editing' in message.dataset) continue
    for (const control of message.querySelectorAll(controls)) control.tabIndex = message == current ? 0 : -1
  }
  return messages
}
scroller.addEventListener('focusin', ({ target }) => {
  current = target.closest('.message') ?? current
  rove()
})
scroller.addEventListener('keydown', (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
  if (!step || !event.target.matches(`.message :is(${controls})`)) return
  const messages = rove()
  const next = messages[messages.indexOf(current) + step]?.querySelector('a, summary')
  if (!next) return
  event.preventDefault()
  next.focus()
})
new MutationObserver(rove).observe(scroller, { childList: true, subtree: true })
rove()
