// The panels and menus of a room. Without this #about opens at its address and is not remembered, Back
// opens again what was closed, and a menu stays open until it is pressed again.
const { body } = document
const wide = matchMedia('(min-width: 72rem)')

body.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('.menu[open]')) {
    if (!menu.contains(event.target)) menu.open = false
  }
  const link = event.target.closest('a[href="#about"], .close-about, .close-sidebar')
  if (!link) return
  const opens = link.hash == '#about' && body.dataset.about != 'open'
  // Close without a step in the history, so that Back does not open it again.
  if (location.hash == '#about' || !wide.matches && !opens) location.replace('#content')
  else if (wide.matches) {
    body.dataset.about = opens ? 'open' : ''
    document.cookie = `about=${body.dataset.about};path=/;max-age=31536000;samesite=lax`
  } else return
  event.preventDefault()
})
body.addEventListener('keydown', ({ key, target }) => {
  const menu = key == 'Escape' && target.closest('.menu[open]')
  if (!menu) return
  menu.open = false
  menu.firstElementChild.focus()
})
