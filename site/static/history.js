// In the middle of the history live messages are hidden, and newer ones load by paging. Without this
// the page jumps at each step, and does not show how many are new.
const find = (id) => document.getElementById(id)
const main = find('main'), log = find('messages'), scroller = find('scroller')

// Keep the scroll position when newer messages are added below.
let kept, keptAt
main.addEventListener('htmx:before:swap', ({ detail }) => {
  kept = detail.ctx.target?.id == 'newer' && find('newer').previousElementSibling
  keptAt = kept && kept.getBoundingClientRect().top
})
const update = () => {
  if (kept) scroller.scrollTop += kept.getBoundingClientRect().top - keptAt
  kept = 0
  find('newer-count').textContent = log.children.length || ''
}
main.addEventListener('htmx:after:swap', update)
update()
