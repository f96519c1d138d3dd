// Show times in the reader's time zone, if it is not the workspace's: clock.js loads this. The server
// does the same for what is in the page (users/clock/).
const { content, dataset: { zone } } = document.querySelector('[name=clock]')
const [am, pm] = content.split('|').slice(21)
const local = Intl.DateTimeFormat('sv', { timeStyle: 'short', timeZone: zone }) // 15:04

const draw = () => {
  for (const element of document.querySelectorAll('[data-show=time]')) {
    const time = local.format(new Date(element.dateTime)), [hour, minute] = time.split(':')
    const text = am ? `${hour % 12 || 12}:${minute} ${hour < 12 ? am : pm}` : time
    const { textContent } = element, message = element.closest('.message')
    if (textContent == text) continue
    element.textContent = text
    if (message?.ariaLabel) message.ariaLabel = message.ariaLabel.slice(0, -textContent.length) + text
  }
}
new MutationObserver(draw).observe(document.body, { childList: true, subtree: true })
draw()
