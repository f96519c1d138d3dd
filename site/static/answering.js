// The line that names the message to be answered. chat.js loads this with the first one. Without this the
// focus stays where it was, and the line's link opens the room again.
const form = document.getElementById('compose'), text = document.getElementById('body')
let shown

form.addEventListener('click', (event) => {
  if (!event.target.closest('[data-cancel]')) return
  event.preventDefault()
  form.reply_to.value = ''
  text.focus()
})

export const use = () => {
  if (form.reply_to == shown) return
  shown = form.reply_to
  if (!shown.value) return
  document.querySelector('.message > .menu[open]')?.removeAttribute('open') // on touch it covers the composer
  text.focus()
}
