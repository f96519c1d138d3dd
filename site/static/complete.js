// Completes @people and #rooms while they are typed; the list goes into the element after the field.
let field, at, asked // the option that is selected; the word whose list is shown or on its way

const typed = () => /(?:^|[\s(])([@＠#＃][^\s@#]*)$/.exec(field.value.slice(0, field.selectionStart))?.[1]
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
  field.setRangeText(dataset.text, end - typed().length, end, 'end')
  field.focus()
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

export const use = async ({ type, target, isComposing }) => {
  if (type == 'click') return choose(target.closest('li'))
  field = target
  const text = isComposing ? '' : typed()
  if (text && text == asked) return
  if (!isComposing) asked = text
  const answer = text && await fetch('complete/?q=' + encodeURIComponent(text))
  if (!text || text == asked && text == typed()) show(answer?.ok ? await answer.text() : '')
}
addEventListener('compositionend', use)
addEventListener('keydown', (event) => {
  const { key } = event
  if (!at || event.isComposing || event.keyCode == 229 || event.shiftKey) return
  if (key == 'ArrowDown') select(at.nextElementSibling ?? at)
  else if (key == 'ArrowUp') select(at.previousElementSibling ?? at)
  else if (key == 'Escape') show('', asked = 0)
  else if (key == 'Tab' || key == 'Enter' && at.dataset.text.trim() != typed()) choose(at)
  else return
  event.preventDefault()
  event.stopPropagation()
}, true)
