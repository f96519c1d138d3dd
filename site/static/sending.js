// Sending. A text stays in #pending until the server acknowledges its nonce, and goes out with the same
// nonce on every new connection. chat.js loads this and waiting.js when somebody writes.
const find = (id) => document.getElementById(id)
const main = find('main'), text = find('body')
const unsent = () => [...find('pending').children]

const giveBack = (item, reply) => {
  const end = text.value.length, { form } = text
  if (reply && !form.reply_to.value) htmx.ajax('GET', form.dataset.reply.replace(0, reply), '#reply')
  text.setRangeText((end ? '\n' : '') + item.textContent, end, end)
  item.remove()
}
main.addEventListener('htmx:before:swap', ({ detail }) => {
  for (const { fragment } of detail.tasks) {
    for (const { dataset } of fragment.querySelectorAll('[data-sent], [data-refused]')) {
      for (const item of unsent()) {
        if (item.dataset.nonce == dataset.refused) giveBack(item, item.dataset.reply)
        if (item.dataset.nonce == dataset.sent) item.remove()
      }
      main.keep()
      // In the middle of history: go to where the message is.
      if (dataset.sent && find('messages').hidden) location = document.querySelector('#newest a')
    }
  }
})

export const use = (event) => {
  const { socket } = main.connection ?? {}
  for (const item of unsent()) {
    if (event == 4401) giveBack(item) // the session has ended: leave nothing to be sent
    else if (socket?.readyState == 1 && item.socket != socket) {
      item.socket = socket
      const { nonce, reply } = item.dataset
      socket.send(JSON.stringify({ body: item.textContent, nonce, reply_to: reply, draft: find('draft').value }))
    }
  }
}
