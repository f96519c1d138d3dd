// Sending files. The text and the files stay until the server has acknowledged them (uploaded.js), and a
// repeated send has the same nonce. Without this the form posts and the page reloads.
const find = (id) => document.getElementById(id)
const form = find('compose'), text = find('body'), line = find('upload')
let nonce, isBusy

const send = async () => {
  nonce ||= find('nonce').value + '.' + Date.now()
  isBusy = true
  line.textContent = line.dataset.sending
  const answer = htmx.ajax('POST', form.action, {
    source: line, // progress.js adds to this
    swap: 'none',
    headers: { 'HX-Source': 'form#compose' },
    values: { nonce, cursor: find('cursor').value },
  })
  find('scroller').scrollTop = 0
  await answer
  isBusy = false
  if (!line.firstChild) return // sent or refused
  const retry = document.createElement('button')
  retry.type = 'button'
  retry.textContent = line.dataset.retry
  retry.onclick = () => {
    text.focus()
    send()
  }
  line.replaceChildren(line.dataset.failed, retry)
}
// Other files are another send, but not the text: the server compares it.
form.addEventListener('change', ({ target }) => { if (target != text) nonce = '' })
addEventListener('submit', (event) => {
  if (event.submitter?.name || event.target != form) return
  if (!isBusy && !find('files').value && !form.querySelector('[name=kept]:checked')) return
  event.preventDefault()
  event.stopPropagation()
  if (!isBusy) send()
}, true)
