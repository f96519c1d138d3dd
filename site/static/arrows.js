// One message at a time is reached by Tab, first the newest; Up and Down go from one to the next, Left
// and Right to what is beside. Of the items of a closed menu Tab stops at one, which everybody has.
// Without this it stops at every link of every message.
const scroller = document.getElementById('scroller')
const controls = '.message:not([data-editing]) :is(a, summary, button, [type="submit"])'
let current
const rove = () => {
  const messages = [...scroller.querySelectorAll('.message')]
  if (!current?.contains(document.activeElement)) current = messages.at(-1)
  for (const control of scroller.querySelectorAll(controls)) {
    const stops = current.contains(control) && !control.matches('.menu:not([open]) :not([data-copy], summary)')
    control.tabIndex = stops ? 0 : -1
  }
  return messages
}
scroller.addEventListener('focusin', ({ target }) => {
  current = target.closest('.message') ?? current
  rove()
})
scroller.addEventListener('keydown', (event) => {
  const { key, target } = event
  const step = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[key]
  if (!step || !target.matches(controls)) return
  const messages = rove()
  const beside = [...current.querySelectorAll(controls)].filter((control) => control.offsetParent)
  const next = /t$/.test(key)
    ? beside[beside.indexOf(target) + step]
    : messages[messages.indexOf(current) + step]?.querySelector(controls)
  if (next) event.preventDefault(next.focus())
})
new MutationObserver(rove).observe(scroller, { childList: true, subtree: true })
rove()
