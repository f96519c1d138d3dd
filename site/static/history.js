// In the middle of history: live messages are hidden, newer ones come by paging. Without this the
// page jumps at each step, and does not say how many are new.
const find = (id) => document.getElementById(id)
const main = find('main'), log = find('messages'), scroller = find('scroller')

// What is being read stays where it is when newer messages are added below it.
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
