// Show a line where a day begins for the reader, and "Today" until midnight: clock.js loads this. The
// server does the same for what is in the page (users/clock/).
const { content, dataset: { zone } } = document.querySelector('[name=clock]')
const [today, yesterday, ...names] = content.split('|')
const local = Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone: zone })
const date = (moment) => local.format(moment) // 2026-11-23
const words = (day) => {
  const now = date(), at = new Date(day) // with these digits in UTC
  return [today, yesterday][(new Date(now) - at) / 864e5] ?? names[at.getUTCDay()] + ' ' + at.getUTCDate() + ' ' +
    names[at.getUTCMonth() + 7] + (parseInt(day) == parseInt(now) ? '' : ' ' + parseInt(day))
}

const draw = () => {
  let last
  for (const message of document.querySelectorAll('.message')) {
    const posted = message.querySelector('[data-show=time]')
    if (!posted) continue
    const text = words(date(new Date(posted.dateTime)))
    let line = message.querySelector('.message-day')
    if (text == last) line?.remove()
    else {
      // Whether a day begins with the first message, the server knows.
      if (last && !line) {
        line = document.createElement('h2')
        line.className = 'message-day'
        message.prepend(line)
      }
      if (line && line.textContent != text) line.textContent = text
    }
    last = text
  }
}
new MutationObserver(draw).observe(document.body, { childList: true, subtree: true })
setInterval(draw, 6e4)
draw()
