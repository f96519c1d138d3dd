// In the middle of the history live messages are hidden, and newer ones load by paging, until they
// meet. Without this they load by a click alone, the page jumps at each step and does not show how many
// are new, and who sends a message stays where it is not shown.
const find = (id) => document.getElementById(id)
const main = find('main'), log = find('messages'), scroller = find('scroller')
const link = find('newest').firstElementChild, count = find('newer-count'), unread = +count.textContent

// Keep the scroll position when newer messages are added below.
let kept, keptAt
main.addEventListener('htmx:before:swap', ({ detail }) => {
  kept = detail.ctx.target?.id == 'newer' && find('newer').previousElementSibling
  keptAt = kept && kept.getBoundingClientRect().top
})
const update = () => {
  const newer = find('newer')
  if (log.hidden && !newer.firstElementChild) {
    log.hidden = false
    delete find('newest').dataset.past
  }
  // Only now may newer messages come on scrolling.
  const next = newer.querySelector('[hx-trigger=click]')
  if (next) {
    next.setAttribute('hx-trigger', 'intersect once, click')
    htmx.process(next, true)
  }
  if (kept) scroller.scrollTop += kept.getBoundingClientRect().top - keptAt
  kept = 0
  if (!log.hidden) return
  // What was sent is not shown here, perhaps since before this script was loaded.
  if (find('nonce')?.dataset.sent) location = link
  count.textContent = unread + log.children.length || ''
  if (log.children.length > 9) link.href = '?newest=1'
}
main.addEventListener('htmx:after:swap', update)
update()
