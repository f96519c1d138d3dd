// What waits to be sent: say so after 3 seconds, whatever the browser believes of its connection, and
// post it if the socket does not open or does not acknowledge it.
const find = (id) => document.getElementById(id)
const main = find('main'), form = find('compose'), line = find('unsent')
const unsent = () => find('pending').firstChild
const isIn = (...states) => states.includes(document.body.dataset.connection)
let first, waits = 0, posting // the oldest text, and for how many half seconds it has waited

// Post one by one. The response contains the messages that the page has missed.
const deliver = async () => {
  const item = unsent()
  if (!item || posting || main.dataset.live && !isIn('over', 'login') && waits < 24) return
  posting = true
  const values = { body: item.textContent, files: '', kept: '', ...item.dataset } // not those that are chosen
  await htmx.ajax('POST', form.action, { source: form, values })
  posting = false
  if (!item.isConnected) deliver()
}
const retry = document.createElement('button')
retry.type = 'button'
retry.textContent = line.dataset.retry
retry.onclick = () => {
  waits = 24
  main.check()
  deliver()
}
setInterval(() => {
  waits = first && first == unsent() ? waits + 1 : 0
  first = unsent()
  const state = first && waits > 5 ? isIn('lost') ? 'offline' : 'late' : ''
  if (line.dataset.state != state) {
    line.dataset.state = state
    line.textContent = line.dataset[state]
    if (state) line.append(retry)
  }
  if (first && waits % 8 == 7) {
    deliver()
    main.check()
  }
}, 500)

export const use = () => {
  if (isIn('over', 'login') || main.connection?.socket?.readyState == 3) deliver()
}
