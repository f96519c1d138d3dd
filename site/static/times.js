// Show times in the reader's time zone, if it is not the workspace's: clock.js loads this. The server
// does the same for what is in the page (users/clock/).
const { content, dataset: { zone } } = document.querySelector('[name=clock]')
const names = content.split('|'), [am, pm] = names.slice(21)
const local = Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'short', timeZone: zone }) // 2026-11-23 15:04

const draw = () => {
  for (const element of document.querySelectorAll('[data-show=moment],[data-show=time]')) {
    const [date, time] = local.format(new Date(element.dateTime)).split(' ')
    const [year, month, day] = date.split('-'), [hour, minute] = time.split(':')
    const { textContent, dataset: { show } } = element, message = element.closest('.message')
    let text = am ? `${hour % 12 || 12}:${minute} ${hour < 12 ? am : pm}` : time
    if (show == 'moment') {
      const name = names[2 + new Date(date).getUTCDay()]
      text = (am ? name : name.toLowerCase()) + ' ' + +day + ' ' + names[8 + +month] +
        (local.format().slice(0, 4) == year ? '' : ' ' + year) + ', ' + text
    }
    if (textContent == text) continue
    element.textContent = text
    // The label ends with the time of the message, which is its first.
    if (message?.ariaLabel && element == message.querySelector('[data-show=time]'))
      message.ariaLabel = message.ariaLabel.slice(0, -textContent.length) + text
  }
}
new MutationObserver(draw).observe(document.body, { childList: true, subtree: true })
draw()
