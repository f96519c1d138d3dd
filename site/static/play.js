// A click on an animated picture plays it in its place, and another shows it still again. Without this
// its link opens it.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-script]'), picture = link?.querySelector('img')
  if (!picture || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  picture.still ??= picture.src
  picture.src = link.toggleAttribute('data-playing') ? link.href : picture.still
})
