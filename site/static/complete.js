// Completes @people, #rooms and a /command at the beginning while they are typed; the list goes into the element after the field.
let field, at, asked // the option that is selected; the word whose list is shown or on its way

const typed = () => /(?:^|[\s(])([@＠#＃][^\s@#]*|^\/\w*)$/.exec(field.value.slice(0, field.selectionStart))?.[1]
const select = (option) => {
  if (at) at.ariaSelected = false
  if (at = option) at.ariaSelected = true
  field.setAttribute('aria-activedescendant', at?.id ?? '')
}
const show = (html) => {
  field.nextElementSibling.innerHTML = html
  select(field.nextElementSibling.querySelector('li'))
}
const choose = ({ dataset }) => {
  const end = field.selectionStart
  if (typed()) field.setRangeText(dataset.text, end - typed().length, end, 'end')
  field.focus()
  htmx.trigger(field, 'input')
}

export const use = async ({ type, target, isComposing }) => {
  if (type == 'click') return choose(target.closest('li'))
  field = target
  const text = typed()
  if (text && text == asked) return
  if (isComposing) return show('') // what was asked stays: the end may come before the last input
  asked = text
  // Until its list is here, Enter chooses nothing that does not begin with the word.
  if (!at?.dataset.text.startsWith(text)) select()
  const html = text && await fetch('complete/?q=' + encodeURIComponent(text)).then((answer) => answer.ok ? answer.text() : '')
  if (asked == text) show(html ?? '')
}
addEventListener('compositionend', use)
addEventListener('keydown', (event) => {
  // The list of a word that has just been chosen or left is still shown for a moment.
  const { key, target } = event, word = at && target == field && typed()
  if (!word || event.shiftKey || event.keyCode == 229) return // 229: a key of an input method
  if (key == 'ArrowDown') select(at.nextElementSibling ?? at)
  else if (key == 'ArrowUp') select(at.previousElementSibling ?? at)
  else if (key == 'Escape') show(asked = '')
  else if (key == 'Tab' || key == 'Enter' && at.dataset.text != word + ' ') choose(at)
  else return
  event.preventDefault()
  event.stopPropagation()
}, true)
