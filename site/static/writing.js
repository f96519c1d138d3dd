// While somebody writes: others see that they do. chat.js loads this with the first letter.
let typed = 0

export const use = ({ type } = {}) => {
  const isLive = ['back', undefined].includes(document.body.dataset.connection)
  if (type != 'input' || !isLive || Date.now() - typed < 3000) return
  typed = Date.now()
  htmx.trigger('#type', 'tertulia:typing')
}
