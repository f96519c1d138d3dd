// Filter the list of rooms while somebody types, and fetch people and other rooms. Enter opens the first,
// Escape ends it. Without this the field is a form that leads to a page with all of them.
const find = (id) => document.getElementById(id)
const field = find('find-field'), found = find('find-found')

const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
const filter = () => document.querySelectorAll('#rooms li').forEach((row) => {
  row.hidden = !fold(row.textContent).includes(fold(field.value))
})
const update = async () => {
  filter()
  find('room-list').scrollTop = 0
  const value = field.value
  const answer = value && await fetch(field.form.action + '?q=' + encodeURIComponent(value), {
    headers: { 'HX-Request': 'true' },
  }).then((response) => response.text(), () => '')
  // Ignore the answer to what was typed before.
  if (field.value == value) found.innerHTML = answer
}
addEventListener('htmx:after:swap', filter)
field.addEventListener('input', update)
field.addEventListener('keydown', ({ key }) => {
  if (key == 'Escape') {
    field.value = ''
    update()
    find('body')?.focus()
  }
})
field.form.addEventListener('submit', (event) => {
  const first = document.querySelector('#rooms li:not([hidden]) a, #find-found a')
  if (first) event.preventDefault(first.click())
})
update()
