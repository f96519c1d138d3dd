// While somebody writes: others see that they do, and the server keeps the draft for their other
// devices. chat.js loads this with the first letter.
const find = (id) => document.getElementById(id)
const form = find('compose'), text = find('body'), draft = find('draft')
const place = 'saved' + location.pathname // for chat.js: what the server has
let saved = sessionStorage[place] = text.defaultValue, told = 0, typed, timer, nonce

const isLive = () => [undefined, 'back'].includes(document.body.dataset.connection)
const later = () => {
  clearTimeout(timer)
  timer = setTimeout(save, 1000)
}
const save = async () => {
  const body = text.value, data = new FormData(form)
  if (body == saved) return
  if (!isLive()) return later()
  draft.value ||= find('nonce').value
  data.set('age', Date.now() - typed)
  data.delete('files')
  const answer = await fetch(form.dataset.draft, { method: 'POST', body: data, keepalive: true }).catch(later)
  if (answer?.ok) saved = sessionStorage[place] = body
}
addEventListener('pagehide', save)
// What is typed while a text is being sent is newer than that text.
document.addEventListener('htmx:after:swap', () => {
  if (nonce != (nonce = find('nonce').value)) use({})
})

export const use = ({ type }) => {
  typed = Date.now()
  later()
  if (!type || typed - told < 3000 || !isLive()) return
  told = typed
  htmx.trigger('#type', 'tertulia:typing')
}
