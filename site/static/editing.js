// Editing and deleting in place. chat.js loads this with the first key in the composer, and with the
// first form that replaces a message.
const main = document.getElementById('main'), text = document.getElementById('body')
let held, opener // the message that has the focus; the element that had it before the form came

// Up edits one's last message, Escape leaves. An input method's own keys are none of these.
export const use = ({ key, target, isComposing, keyCode, shiftKey, altKey } = {}) => {
  if (isComposing || keyCode == 229 || shiftKey || altKey) return
  if (key == 'ArrowUp' && target == text && !text.value) {
    const mine = `.message[data-author="${main.dataset.person}"] [data-edit]`
    ;[...document.querySelectorAll('#messages ' + mine)].pop()?.click()
  }
  if (key == 'Escape') target.form.querySelector('[data-cancel]')?.click()
}

// Return the focus to the composer or the message. Without this it moves to the top of the page.
main.addEventListener('htmx:before:swap', ({ detail }) => {
  const { activeElement } = document
  held = activeElement?.closest('.message')?.id
  if (detail.ctx.target?.matches?.('.message:not([data-editing])')) opener = activeElement
})
main.addEventListener('htmx:after:swap', () => {
  if (!held || document.activeElement != document.body) return
  const field = opener == text ? text : document.getElementById(held)?.querySelector('a')
  field?.focus()
  opener = held = null
})
