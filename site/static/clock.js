// Show times and days in the reader's time zone, from their profile or browser.
// Without this they are in the workspace's time zone.
(() => {
  const { lang, dataset } = document.documentElement
  let timeZone = dataset.zone
  try {
    Intl.DateTimeFormat(lang, { timeZone })
  } catch { // the browser does not know this zone
    timeZone = undefined
  }
  const clock = (style) => Intl.DateTimeFormat(lang, { ...style, timeZone })
  const clocks = {
    day: clock({ dateStyle: 'full' }),
    time: clock({ timeStyle: 'short' }),
    moment: clock({ dateStyle: 'medium', timeStyle: 'short' }),
  }

  const draw = () => {
    for (const element of document.querySelectorAll('time[data-show]:not([title])')) {
      const date = new Date(element.dateTime)
      element.textContent = clocks[element.dataset.show].format(date)
      element.title = clocks.moment.format(date)
    }
    // Show a line where a day begins. The first message's line stays as the server rendered it.
    let last
    for (const message of document.querySelectorAll('.message')) {
      const posted = message.querySelector('[data-show=time]')
      if (!posted) continue
      const line = message.querySelector('.message-day')
      const day = clocks.day.format(new Date(posted.dateTime))
      if (day == last) line?.remove()
      else if (last && !line) {
        const line = document.createElement('h2')
        line.className = 'message-day'
        line.textContent = day
        message.prepend(line)
      }
      last = day
    }
  }
  new MutationObserver(draw).observe(document.body, { childList: true, subtree: true })
  draw()
})()
