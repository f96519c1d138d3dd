// Load what keeps times and days right in a page that is open. Live messages come in the workspace's
// time zone, and "Today" ends at midnight.
(() => {
  const clock = document.querySelector('[name=clock]')?.dataset
  if (!clock) return
  if (clock.times) import(clock.times)
  setTimeout(() => import(clock.days), clock.times ? 0 : 6e4)
})()
