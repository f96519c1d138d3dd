// Fill in the browser's time zone where somebody signs up. Without this it is the workspace's.
for (const field of document.querySelectorAll('[name=time_zone]')) {
  const { value } = field
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone
  field.value ||= value // the list of choices does not have it
}
